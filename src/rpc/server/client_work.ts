import type { Clock } from "../../base/clock.ts";
import { Wakeup } from "../../base/wakeup.ts";
import { background } from "../../platform/guarded.ts";
import type { ClientShare } from "./client_budget.ts";

/** What a client still waits for: answers, commands that run for it, and what it follows. */
export class ClientWork {
  readonly #clock: Clock;
  readonly #share: ClientShare;
  readonly #onChange = new Wakeup();
  #requests = 0;
  /** Requests among it. */
  #open = 0;
  #followed = 0;
  #askedAt: number;

  constructor(clock: Clock, share: ClientShare) {
    this.#clock = clock;
    this.#share = share;
    this.#askedAt = clock.monotonic();
  }

  /** How many requests are not answered. */
  get requests(): number {
    return this.#requests;
  }

  /** True while an answer is owed to it, or something runs for it. */
  get isOpen(): boolean {
    return this.#open > 0;
  }

  /** True while something runs for it that has been answered. */
  get isRunning(): boolean {
    return this.#open > this.#requests;
  }

  /** True while an answer is owed to it, or it follows something. */
  get isWaiting(): boolean {
    return this.isOpen || this.#followed > 0;
  }

  /** Since when it has asked for nothing and waits for nothing, by the monotonic clock; undefined while it waits. */
  get idleSince(): number | undefined {
    return this.isWaiting ? undefined : this.#askedAt;
  }

  /** It has asked for something, whatever becomes of that. */
  asked(): void {
    this.#askedAt = this.#clock.monotonic();
  }

  /** A request of so many bytes is under way until `answer` has settled. The share has counted it. */
  addRequest(
    answer: Promise<unknown>,
    bytes: number,
    onFailure: (error: unknown) => unknown,
  ): void {
    this.#requests++;
    this.#share.holdMore("requests", bytes);
    const done = () => {
      this.#requests--;
      this.#share.removeRequest();
      this.#share.holdMore("requests", -bytes);
    };
    this.add(answer.finally(done), onFailure);
  }

  /** Something is under way until `work` has settled, which should never fail. */
  add(work: Promise<unknown>, onFailure: (error: unknown) => unknown): void {
    this.#open++;
    const done = () => {
      this.#open--;
      this.#onChange.notify();
    };
    background("connection.work", () => work.finally(done), onFailure);
  }

  /** It follows something, for good. @throws AppError `limit.open_requests` */
  follow(): void {
    if (!this.#share.tryAddRequest()) throw this.#share.refusal("requests");
    this.#followed++;
  }

  /** Resolves when nothing is open any more, or the signal is aborted; `wake` has it look again. */
  async finished(signal: AbortSignal): Promise<void> {
    while (this.isOpen && !signal.aborted) await this.#onChange.wait();
  }

  /** Has {@linkcode finished} look at its signal. */
  wake(): void {
    this.#onChange.notify();
  }
}
