/** What is known of a job from the commands alone: the judge of what imp says in the end. */

/** What a job's command does, once its start is told: ends at once with a code, or stays. */
export type Behaviour = { readonly kind: "ends"; readonly code: number } | {
  readonly kind: "stays";
};

/** A job as the commands should have left it; `unsure` when a client or daemon died in the middle of one. */
export interface ModelJob {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly lines: number;
  /** What was asked last, by a command that succeeded. */
  wanted: "up" | "down" | "gone";
  /** Starts that were acknowledged, and those that may or may not have been made. */
  starts: number;
  perhaps: number;
  /** Whether the last word on it is not known to have been heard. */
  unsure: boolean;
}

/** Makes a job that was never started. */
export function createModelJob(name: string, behaviour: Behaviour, lines: number): ModelJob {
  return { name, behaviour, lines, wanted: "down", starts: 0, perhaps: 0, unsure: false };
}

/** What a command did to the model; `heard` is false when its client did not live to tell. */
export function applyCommand(
  job: ModelJob,
  command: "add" | "start" | "stop" | "restart" | "remove",
  heard: boolean,
): void {
  const wanted = command === "remove" ? "gone" : command === "stop" ? "down" : "up";
  if (heard) job.wanted = wanted;
  job.unsure = !heard;
  if (wanted !== "up") return;
  if (heard && job.starts === 0) job.starts = 1;
  else job.perhaps++;
}
