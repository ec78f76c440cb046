import { background } from "../../platform/guarded.ts";
import { toStopTarget } from "../runs/run_stop_target.ts";
import type { RunMember } from "../runs/run_host.ts";
import { type RunSurvivor, type StopOptions, StopProcedure } from "../runs/stop_procedure.ts";
import type { JobContext } from "./job_context.ts";
import type { JobState } from "./job_state.ts";
import { stopCommandOf } from "./stop_command.ts";

/** How a stop of a run came out. */
export interface StopResult {
  /** What could not be ended. */
  readonly survivors: readonly RunSurvivor[];
  /** Who is known to be there still. */
  readonly members: readonly RunMember[];
  /** What has let go of the run was left alone. */
  readonly isSparing: boolean;
  /** What was asked to end did not in its time, and was killed. */
  readonly hasKilled: boolean;
}

/** What a {@linkcode RunStop} needs. */
export interface RunStopOptions {
  readonly context: JobContext;
  readonly state: JobState;
  /** Nothing is left of the run, or what is left cannot be ended; from now on the stop is not under way any more. */
  readonly onDone: (result: StopResult) => void;
}

/** The stop of the current run of a job, of which there is one at a time at most. */
export class RunStop {
  readonly #options: RunStopOptions;
  #procedure: StopProcedure | undefined;
  #isSparing = false;
  #hasLooked = false;

  constructor(options: RunStopOptions) {
    this.#options = options;
  }

  get isUnderWay(): boolean {
    return this.#procedure !== undefined;
  }

  /** Resolves with what could not be ended; undefined when none is under way. */
  get done(): Promise<RunSurvivor[]> | undefined {
    return this.#procedure?.done;
  }

  /** Leaves alone what has let go of the run; a stop under way stays as it is. */
  spare(): void {
    if (this.#procedure === undefined) this.#isSparing = true;
  }

  /** Ends what has let go of the run, too, from its next look on. */
  spareNobody(): void {
    this.#isSparing = false;
  }

  /** Begins to end the current run, in whatever condition it is. */
  begin(how: StopOptions): void {
    const { context, state: { record, run } } = this.#options;
    this.#hasLooked = false;
    const isSparing = () => this.#isSparing;
    const target = {
      ...toStopTarget(context, { jobId: record.id, run, isSparing }),
      request: stopCommandOf(context, this.#options.state, how),
    };
    const procedure = this.#procedure = new StopProcedure(target, context.clock, how);
    background("job.stopped", async () => this.#onDone(await procedure.done, procedure), () => {
      // The next look finds how it ended.
      this.#procedure = undefined;
    });
  }

  /** Asked again while it is under way: may be shorter, or by another signal. */
  escalate(how: StopOptions): void {
    this.#procedure?.escalate(how);
  }

  /** The command has ended: what it left is looked for at once. Its own look finds that end, too, and calls this again. */
  look(): void {
    if (this.#hasLooked) return;
    this.#hasLooked = true;
    this.#procedure?.look();
  }

  /** Leaves the rest to the next daemon. */
  abandon(): void {
    this.#procedure?.abandon();
  }

  #onDone(survivors: RunSurvivor[], { left: members, hasKilled }: StopProcedure): void {
    this.#procedure = undefined;
    this.#options.onDone({ survivors, members, isSparing: this.#isSparing, hasKilled });
  }
}
