import { background } from "../../platform/guarded.ts";
import type { JobContext } from "./job_context.ts";
import { toStopTarget } from "../runs/run_stop_target.ts";
import { type RunSurvivor, type StopOptions, StopProcedure } from "../runs/stop_procedure.ts";

/** What came of ending what earlier runs of a job have left. */
export interface LeftResult {
  /** How many processes have ended. */
  readonly ended: number;
  readonly survivors: readonly RunSurvivor[];
}

/** How it is to be ended. */
export interface LeftEndingOptions extends StopOptions {
  /** What has let go is left alone. */
  readonly isSparing: boolean;
}

/** Ends what earlier runs of one job have left: before the next run begins, or because the user wants all of it gone. */
export class LeftEnding {
  readonly #context: JobContext;
  readonly #jobId: string;
  #procedure: StopProcedure | undefined;
  #isSparing = false;
  #done: PromiseWithResolvers<LeftResult | undefined> | undefined;

  constructor(context: JobContext, jobId: string) {
    this.#context = context;
    this.#jobId = jobId;
  }

  /** Of what is under way: resolves with undefined when it was called off. */
  get done(): Promise<LeftResult | undefined> | undefined {
    return this.#done?.promise;
  }

  /** Begins, or joins what is under way; undefined when there is nobody to end. */
  begin(options: LeftEndingOptions): Promise<LeftResult | undefined> | undefined {
    const { left, clock } = this.#context;
    if (this.#procedure !== undefined) {
      if (!options.isSparing) {
        this.#isSparing = false;
        this.#procedure.escalate(options);
      }
      return this.done;
    }
    if (!left.mayHave(this.#jobId)) return undefined;
    left.look();
    const meant = left.of(this.#jobId).filter(({ hasLetGo }) => !(hasLetGo && options.isSparing));
    if (meant.length === 0) return undefined;
    this.#isSparing = options.isSparing;
    const isSparing = () => this.#isSparing;
    const target = toStopTarget(this.#context, { jobId: this.#jobId, run: undefined, isSparing });
    const procedure = this.#procedure = new StopProcedure(target, clock, options);
    const done = this.#done = Promise.withResolvers();
    const finish = async () => {
      const survivors = await procedure.done;
      this.#finish(done, { ended: procedure.ended, survivors });
    };
    background("left.ended", finish, finish);
    return done.promise;
  }

  /** Leaves it to somebody else. */
  abandon(): void {
    this.#procedure?.abandon();
    this.#procedure = undefined;
    this.#done?.resolve(undefined);
    this.#done = undefined;
  }

  #finish(
    done: PromiseWithResolvers<LeftResult | undefined>,
    result: LeftResult | undefined,
  ): void {
    if (done === this.#done) this.#procedure = this.#done = undefined;
    try {
      this.#context.left.look();
    } finally {
      done.resolve(result);
    }
  }
}
