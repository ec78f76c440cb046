/** One thing that is wrong, or was. */
export interface Cause {
  /** A stable word: `port.taken`, `memory.oom`, `exit.code`. */
  readonly reason: string;
  /** What it is, as the rest of a sentence about the job: `port 3000 is taken by …`. */
  readonly message: string;
  /** What to type next. */
  readonly hint?: string | undefined;
}

/** Why a job is as it is: the cause that counts, and what else is known, by weight. */
export interface Judgment extends Cause {
  readonly also: readonly Cause[];
}
