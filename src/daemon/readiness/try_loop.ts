import { messageOf } from "../../base/app_error.ts";
import type { CancelTimer, Clock } from "../../base/clock.ts";
import { formatDuration } from "../../base/duration.ts";
import { guarded } from "../../platform/guarded.ts";
import { notReady, type Probe, type ProbeAnswer } from "./probe.ts";

/** What a {@linkcode TryLoop} needs. */
export interface TryLoopOptions {
  readonly clock: Clock;
  readonly probe: Probe;
  /** How long the next try may take. */
  readonly timeoutMs: () => number;
  /** Takes what a try has found; returns after how many milliseconds to try again, undefined: no more. May throw. */
  readonly onAnswer: (answer: ProbeAnswer) => number | undefined;
}

/** What an answer comes to could not be stored: soon it is tried again. */
const AGAIN_MS = 500;

/** Tries a probe again and again; never two tries at a time. */
export class TryLoop implements Disposable {
  readonly #options: TryLoopOptions;
  #cancel: CancelTimer = () => {};
  #abort: AbortController | undefined;
  #underWay: Promise<void> | undefined;
  #isOver = false;

  constructor(options: TryLoopOptions) {
    this.#options = options;
  }

  /** Tries it after a pause. */
  begin(pauseMs: number): void {
    if (this.#isOver) return;
    const again = () => this.begin(AGAIN_MS);
    this.#cancel = this.#options.clock.schedule(
      pauseMs,
      guarded("readiness.try", () => this.#underWay = this.#try(), again),
    );
  }

  /** Tries it once more, at once, when whatever is under way is over; then never again. */
  async tryLast(): Promise<void> {
    this.#cancel();
    await this.#underWay?.catch(() => undefined);
    if (this.#isOver) return;
    this.#cancel();
    const answer = await this.#ask();
    if (!this.#isOver) this.#options.onAnswer(answer);
    this[Symbol.dispose]();
  }

  async #try(): Promise<void> {
    const answer = await this.#ask();
    if (this.#isOver) return;
    const pauseMs = this.#options.onAnswer(answer);
    if (pauseMs === undefined) this[Symbol.dispose]();
    else this.begin(pauseMs);
  }

  async #ask(): Promise<ProbeAnswer> {
    const { clock, probe, timeoutMs } = this.#options;
    const limitMs = timeoutMs();
    const abort = this.#abort = new AbortController();
    const late = new Error(`no answer within ${formatDuration(limitMs)}`);
    const cancelLimit = clock.schedule(limitMs, () => abort.abort(late));
    try {
      const answer = await probe.try(abort.signal);
      return abort.signal.aborted && !answer.isReady ? notReady(late.message) : answer;
    } catch (error) {
      return notReady(messageOf(abort.signal.aborted ? late : error));
    } finally {
      cancelLimit();
    }
  }

  /** Ends it, and what it is trying. */
  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    this.#abort?.abort(new Error("nobody wants to know any more"));
    this.#options.probe[Symbol.dispose]();
  }
}
