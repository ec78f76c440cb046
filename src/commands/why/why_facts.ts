import type { RunDrop } from "../frame/run_drops.ts";
import type { JobView, RunView } from "../../protocol/job_view.ts";
import type { LeftProcessView } from "../../protocol/process_view.ts";
import type { RunChanges } from "../../protocol/run_changes.ts";

/** A run with the last lines that it printed, as people read them. */
export interface ToldRun {
  readonly run: RunView;
  readonly stderr: readonly string[];
  readonly stdout: readonly string[];
  /** What of its output is in no file. */
  readonly drops: readonly RunDrop[];
}

/** Who listens on a port now. */
export interface HeldPort {
  readonly port: number;
  /** Null where the process is another user's. */
  readonly pid: number | null;
  readonly command: string | null;
  readonly user: string;
  /** The job that it belongs to: of this daemon by its id, of another one only that daemon. */
  readonly jobId: string | null;
  readonly daemonId: string | null;
}

/** What can be said of the directory that a job is to run in, as it is now. */
export type PathState = "there" | "missing" | "unreadable";

/** Everything that an answer to why a job is as it is may be made of; gathered by gather_facts.ts. */
export interface WhyFacts {
  readonly nowMs: number;
  readonly daemonId: string;
  readonly job: JobView;
  /** The run that goes on. */
  readonly current?: ToldRun | undefined;
  /** The last one that is over. */
  readonly last?: ToldRun | undefined;
  readonly left: readonly LeftProcessView[];
  /** Since the last run that went well. */
  readonly changes?: RunChanges | undefined;
  readonly isDaemonThere: boolean;
  readonly workdir: PathState;
  /** The same of the command, where that is a path. */
  readonly executable: PathState;
  /** Of ports that matter here. */
  readonly holders: readonly HeldPort[];
  /** All jobs of the daemon. */
  readonly jobs: readonly JobView[];
  /** By its name: why a job that this one waits for does not let it start. */
  readonly needed: ReadonlyMap<string, string>;
}
