/** What the stories of failpoint_stories.ts are made of. */
import type { Box } from "../support/box.ts";
import { type ListedJob, TELL_START } from "../support/job_truth.ts";

/** What leads a daemon to its steps, and what must have become of the jobs afterwards. */
export interface Story {
  /** The points it passes; `:n` for the n-th time. */
  readonly points: readonly string[];
  /** Done with a daemon that is in order, which is then killed. */
  readonly before?: (box: Box) => Promise<void>;
  /** Done when no daemon is there any more. */
  readonly prepare?: (box: Box) => void | Promise<void>;
  /** More words for the daemon that dies, and what tells that it is ready when its stderr does not. */
  readonly flags?: (box: Box) => readonly string[];
  readonly isReady?: (box: Box) => boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Done with the daemon that dies; clients may fail then, but not hang. */
  readonly drive: (box: Box) => Promise<unknown>;
  readonly after?: (jobs: ListedJob[], box: Box) => void | Promise<void>;
  /** Points at which it need not be a death: an error must do no harm either. */
  readonly errors?: readonly string[];
}

/** A script that tells its start and stays. */
export const HOLD = `${TELL_START}; exec sleep 1000000`;
/** The words that add a job with this script. */
export const job = (name: string, script: string, ...options: string[]) => [
  "add",
  "--name",
  name,
  ...options,
  "--",
  "sh",
  "-c",
  script,
];
/** The job of that name. */
export const find = (jobs: ListedJob[], name: string) => jobs.find((each) => each.name === name);

export const need = (name: string, state: "started" | "ready" | "completed") => ({
  ...{ job: name, for: state },
});

/** Adds the job `held`. */
export async function addHeld(box: Box): Promise<void> {
  await box.impOk(job("held", HOLD));
}
