import type { CancelTimer, Clock } from "../base/clock.ts";
import { guarded } from "../platform/guarded.ts";

/** What an {@linkcode IdleExit} needs. */
export interface IdleExitOptions {
  readonly clock: Clock;
  /** How long nothing may happen; 0 for ever. Under a service manager the caller says 0. */
  readonly idleExitMs: () => number;
  /** Whether there is nothing to be here for: nothing up, no client, nothing declared. */
  readonly isIdle: () => boolean;
  /** Called once, when it was idle for that long without a break. */
  readonly onIdle: () => void;
}

/** Ends a process that nobody needs. Counts on the monotonic clock from the moment it became idle. */
export class IdleExit implements Disposable {
  readonly #options: IdleExitOptions;
  #cancel: CancelTimer | undefined;
  #limitMs = 0;
  #over = false;

  constructor(options: IdleExitOptions) {
    this.#options = options;
  }

  /** To be called whenever something comes or goes, and when the settings changed. */
  update(): void {
    const { clock, idleExitMs, isIdle } = this.#options;
    const limitMs = idleExitMs();
    if (this.#over) return;
    if (limitMs === 0 || !isIdle()) return this.#stop();
    if (this.#cancel && limitMs === this.#limitMs) return;
    this.#stop();
    this.#limitMs = limitMs;
    this.#cancel = clock.schedule(
      limitMs,
      guarded("idle_exit.due", () => this.#due(), () => this.touch()),
    );
  }

  /** Something happened that came and went, such as a short connection: the time begins anew. */
  touch(): void {
    this.#stop();
    this.update();
  }

  [Symbol.dispose](): void {
    this.#over = true;
    this.#stop();
  }

  #due(): void {
    this.#cancel = undefined;
    if (!this.#options.isIdle()) return;
    this.#over = true;
    this.#options.onIdle();
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
