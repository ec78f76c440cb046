import type { CancelTimer, Clock } from "../base/clock.ts";

/** At most 20 frames a second: more is not seen, and costs the jobs CPU time. */
export const FRAME_INTERVAL_MS = 50;
/** What a frame costs is rested so many times over: drawing takes a twentieth of a core at most. */
const REST_FACTOR = 20;
/** But not longer, or it would not look alive. */
const LONGEST_INTERVAL_MS = 200;

/**
 * Calls `draw` soon after it is asked for: at once when the last frame is old enough, else when it is. The next frame
 * waits until the terminal has taken the last one, so a slow terminal gets fewer frames, never old ones; and the longer
 * the more the last one cost, unless a key was pressed.
 */
export class FrameLimiter implements Disposable {
  readonly #clock: Clock;
  readonly #draw: () => Promise<void> | void;
  #cancel: CancelTimer | undefined;
  #lastAtMs = -Infinity;
  #lastCostMs = 0;
  #isHurried = false;
  #isDrawing = false;
  #isWanted = false;
  #isOver = false;

  constructor(clock: Clock, draw: () => Promise<void> | void) {
    this.#clock = clock;
    this.#draw = draw;
  }

  /** Something has changed; `isHurried`: and somebody waits to see it. */
  request(isHurried = false): void {
    if (this.#isOver || (this.#cancel && (this.#isHurried || !isHurried))) return;
    this.#isHurried ||= isHurried;
    if (this.#isDrawing) {
      this.#isWanted = true;
      return;
    }
    this.#cancel?.();
    const intervalMs = this.#isHurried
      ? FRAME_INTERVAL_MS
      : Math.max(FRAME_INTERVAL_MS, Math.min(LONGEST_INTERVAL_MS, this.#lastCostMs * REST_FACTOR));
    const restMs = this.#lastAtMs + intervalMs - this.#clock.monotonic();
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
    this.#isHurried = false;
    try {
      const drawing = this.#draw();
      // What comes after is the terminal's time.
      this.#lastCostMs = this.#clock.monotonic() - this.#lastAtMs;
      await drawing;
    } finally {
      this.#isDrawing = false;
      if (this.#isWanted) {
        this.#isWanted = false;
        this.request();
      }
    }
  }
}
