import type { Clock } from "../../base/clock.ts";
import { formatDuration } from "../../base/duration.ts";
import type { HealthCheck, ReadyCheck } from "../../protocol/readiness.ts";
import {
  type CheckTiming,
  pauseBefore,
  readyCheckOf,
  timingOfHealth,
  timingOfReady,
} from "./check_timing.ts";
import { createProbe } from "./create_probe.ts";
import type { ProbeAnswer } from "./probe.ts";
import type { ProbeWorld } from "./probe_world.ts";
import { TryLoop } from "./try_loop.ts";

/** What is known of whether a run serves, as the store has it. */
export interface Readiness {
  readonly readyAtMs: number | null;
  /** With `readyAtMs`: it was ready before. Without: its time for becoming ready is over. */
  readonly unreadyReason: string | null;
}

/** What a {@linkcode ReadinessWatch} needs. */
export interface ReadinessWatchOptions {
  readonly clock: Clock;
  readonly world: ProbeWorld;
  readonly ready: ReadyCheck | null;
  readonly health: HealthCheck | null;
  /** What is known of the run already: as it was left by the daemon before us. */
  readonly known: Readiness;
  /** Stores and announces it; throws when that cannot be. */
  readonly tell: (readiness: Readiness) => void;
  /** It was told that the run is not healthy, and that asks for more than telling. */
  readonly onUnwell: (why: string) => void;
}

/** Finds out whether one run serves: until it is ready, and then, where its job has a health check, as long as it runs. */
export class ReadinessWatch implements Disposable {
  readonly #options: ReadinessWatchOptions;
  readonly #check: ReadyCheck;
  #readiness: Readiness;
  #loop: TryLoop | undefined;
  #tries = 0;
  #successes = 0;
  #failures = 0;

  constructor(options: ReadinessWatchOptions) {
    this.#options = options;
    this.#check = readyCheckOf(options.ready);
    this.#readiness = options.known;
  }

  /** True while it looks for what has been written already: the end of the run must wait for that. */
  get isReading(): boolean {
    return this.#check.kind === "log" && this.#readiness.readyAtMs === null;
  }

  /** Looks from now on. */
  begin(): void {
    if (this.#readiness.readyAtMs !== null) return this.#beginHealth();
    const timing = timingOfReady(this.#check);
    this.#loop = this.#open(this.#check, timing, (answer) => this.#onReadyAnswer(answer, timing));
    this.#loop.begin(this.#firstPause());
  }

  /** The run is over: takes a last look at what it has written, and no other. */
  async lookLast(): Promise<void> {
    if (this.isReading) await this.#loop?.tryLast();
  }

  [Symbol.dispose](): void {
    this.#loop?.[Symbol.dispose]();
  }

  #firstPause(): number {
    const check = this.#check;
    return check.kind === "delay" ? Math.max(0, check.ms - this.#options.world.ageMs()) : 0;
  }

  #open(
    check: ReadyCheck | HealthCheck,
    { timeoutMs, withinMs }: CheckTiming,
    onAnswer: (answer: ProbeAnswer) => number | undefined,
  ): TryLoop {
    const { clock, world } = this.#options;
    // The last try before its time is over must not outlast it.
    const left = () => withinMs - world.ageMs();
    return new TryLoop({
      clock,
      probe: createProbe(check, world, clock),
      timeoutMs: () => left() > 0 ? Math.min(timeoutMs, left()) : timeoutMs,
      onAnswer,
    });
  }

  #onReadyAnswer(answer: ProbeAnswer, timing: CheckTiming): number | undefined {
    if (answer.isReady) {
      if (++this.#successes < timing.retries) return timing.intervalMs;
      this.#tellReady();
      this.#beginHealth();
      return undefined;
    }
    this.#successes = 0;
    const ageMs = this.#options.world.ageMs();
    if (ageMs >= timing.withinMs && this.#readiness.unreadyReason === null) {
      const limit = formatDuration(timing.withinMs);
      this.#tell({ readyAtMs: null, unreadyReason: `not ready within ${limit}: ${answer.why}` });
    }
    return pauseBefore(timing, { tries: ++this.#tries, ageMs });
  }

  #beginHealth(): void {
    const { health } = this.#options;
    if (health === null) return;
    const timing = timingOfHealth(health);
    this.#loop = this.#open(health, timing, (answer) => {
      this.#onHealthAnswer(answer, { retries: timing.retries, then: health.then });
      return timing.intervalMs;
    });
    const graceMs = (health.grace_ms ?? 0) - this.#options.world.ageMs();
    this.#loop.begin(Math.max(timing.intervalMs, graceMs));
  }

  #onHealthAnswer(
    answer: ProbeAnswer,
    { retries, then }: { retries: number; then: HealthCheck["then"] },
  ): void {
    const isUnwell = this.#readiness.unreadyReason !== null;
    if (answer.isReady) {
      this.#failures = 0;
      if (isUnwell) this.#tellReady();
      return;
    }
    if (++this.#failures < retries) return;
    if (!isUnwell) {
      const { readyAtMs } = this.#readiness;
      const times = retries === 1 ? "" : `${retries} times in a row, `;
      this.#tell({ readyAtMs, unreadyReason: `not healthy: ${times}${answer.why}` });
    }
    this.#failures = 0;
    if (then === "restart") this.#options.onUnwell(answer.why);
  }

  #tellReady(): void {
    this.#tell({ readyAtMs: this.#options.clock.now(), unreadyReason: null });
  }

  #tell(readiness: Readiness): void {
    this.#options.tell(readiness);
    this.#readiness = readiness;
  }
}
