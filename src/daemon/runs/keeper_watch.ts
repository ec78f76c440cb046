import { messageOf } from "../../base/app_error.ts";
import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { ROUND_MS } from "../../lifecycle/rounds.ts";
import { guarded } from "../../platform/guarded.ts";
import type { RunRecord } from "../../store/store.ts";
import type { OutputProgress, RunHost } from "./run_host.ts";

/** What a {@linkcode KeeperWatch} needs. */
export interface KeeperWatchOptions {
  readonly rounds: Clock;
  readonly logger: Logger;
  readonly host: RunHost;
  /** The runs that go on. */
  readonly runs: () => readonly RunRecord[];
}

/** A keeper that is stuck is seen at the second look, and is to work again within 5 s. */
const LOOK_EVERY_MS = 2 * ROUND_MS.quiet;
const LOOK_AGAIN_MS = ROUND_MS.quiet;

/**
 * Sees to it that every stream of a run that goes on has a keeper that works. One whose copier dies helps itself, and
 * needs no daemon; this is for what has died or been stopped as a whole.
 */
export class KeeperWatch implements Disposable {
  readonly #options: KeeperWatchOptions;
  /** By run: where bytes wait, how far it had come. */
  #waiting = new Map<string, OutputProgress>();
  /** What was complained about already, by run. */
  #problems = new Map<string, string>();
  #cancel: CancelTimer | undefined;

  constructor(options: KeeperWatchOptions) {
    this.#options = options;
    this.update();
  }

  /** A run may have begun: without one nobody looks. */
  update(): void {
    if (this.#cancel === undefined && this.#options.runs().length > 0) {
      this.#cancel = this.#schedule();
    }
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
  }

  #schedule(): CancelTimer {
    const goOn = () => {
      this.#cancel = undefined;
      this.update();
    };
    const look = guarded("keepers.look", () => {
      this.#look();
      goOn();
    }, goOn);
    const pauseMs = this.#waiting.size > 0 ? LOOK_AGAIN_MS : LOOK_EVERY_MS;
    return this.#options.rounds.schedule(pauseMs, look);
  }

  #look(): void {
    const waiting = new Map<string, OutputProgress>();
    const problems = new Map<string, string>();
    for (const run of this.#options.runs()) {
      // Without its shim nobody holds the pipes for a new keeper.
      if (run.shim === null || !this.#options.host.isAlive(run.shim)) continue;
      try {
        const progress = this.#tend(run);
        if (progress.waitingBytes > 0) waiting.set(run.runId, progress);
      } catch (error) {
        problems.set(run.runId, this.#complain(run, messageOf(error)));
      }
    }
    this.#waiting = waiting;
    this.#problems = problems;
  }

  #tend(run: RunRecord): OutputProgress {
    const { host, logger } = this.#options;
    const progress = host.outputProgress(run);
    const before = this.#waiting.get(run.runId);
    const isStuck = progress.waitingBytes > 0 && before?.writtenBytes === progress.writtenBytes;
    const mendings = [
      ...host.replaceDeadKeepers(run),
      ...isStuck ? host.wakeKeepers(run) : [],
    ];
    for (const { stream, was } of mendings) {
      const what = was === "dead"
        ? "What kept the output of a run was killed; something of it may be missing"
        : "What keeps the output of a run was stopped; it goes on";
      logger.warn(what, { run: run.runId, stream });
    }
    return progress;
  }

  #complain(run: RunRecord, problem: string): string {
    const { host, logger } = this.#options;
    const isOver = run.shim === null || !host.isAlive(run.shim);
    if (!isOver && this.#problems.get(run.runId) !== problem) {
      const told = { run: run.runId, error: problem };
      logger.error("What keeps the output of a run cannot be seen to", told);
    }
    return problem;
  }
}
