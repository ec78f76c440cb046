import type { CancelTimer, Clock } from "../base/clock.ts";

/** At most 20 frames a second: more is not seen, and costs the jobs CPU time. */
export const FRAME_INTERVAL_MS = 50;

/**
 * Calls `draw` soon after it is asked for: at once when the last frame is old enough, else when it is. The next frame
 * waits until the terminal has taken the last one, so a slow terminal gets fewer frames, never old ones.
 */
export class FrameLimiter implements Disposable {
  readonly #clock: Clock;
  readonly #draw: () => Promise<void> | void;
  #cancel: CancelTimer | undefined;
  #lastAtMs = -Infinity;
  #isDrawing = false;
  #isWanted = false;
  #isOver = false;

  constructor(clock: Clock, draw: () => Promise<void> | void) {
    this.#clock = clock;
    this.#draw = draw;
  }

  /** Something has changed. */
  request(): void {
    if (this.#isOver || this.#cancel) return;
    if (this.#isDrawing) {
      this.#isWanted = true;
      return;
    }
    const restMs = this.#lastAtMs + FRAME_INTERVAL_MS - this.#clock.monotonic();
    // Even at once is a turn later, so that everything that comes together is one frame.
    this.#cancel = this.#clock.schedule(Math.max(0, restMs), () => void this.#run());
  }

  /** No more frames. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #run(): Promise<void> {
    this.#cancel = undefined;
    this.#lastAtMs = this.#clock.monotonic();
    this.#isDrawing = true;
    try {
      await this.#draw();
    } finally {
      this.#isDrawing = false;
      if (this.#isWanted) {
        this.#isWanted = false;
        this.request();
      }
    }
  }
}
