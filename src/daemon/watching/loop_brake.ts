/** Who changes a file so soon after the last restart, and again and again, may be the job itself. */
const SOON_MS = 5_000;
const MOST_IN_A_ROW = 10;
const FIRST_HOLD_MS = 30_000;
const LONGEST_HOLD_MS = 10 * 60_000;

/** Keeps a job that writes what is watched for it from being restarted for ever. Knows no time but what it is told. */
export class LoopBrake {
  #lastMs = -Infinity;
  #inARow = 0;
  #holds = 0;
  #heldUntilMs: number | undefined;

  /** How many restarts there were in a row, each soon followed by a change. */
  get inARow(): number {
    return this.#inARow;
  }

  /** How long a change at this time has to wait; 0 when something may follow it at once. */
  holdMs(nowMs: number): number {
    if (this.#heldUntilMs !== undefined) return Math.max(0, this.#heldUntilMs - nowMs);
    if (nowMs - this.#lastMs > SOON_MS) this.reset();
    if (this.#inARow < MOST_IN_A_ROW) return 0;
    const holdMs = Math.min(FIRST_HOLD_MS * 2 ** this.#holds++, LONGEST_HOLD_MS);
    this.#heldUntilMs = nowMs + holdMs;
    return holdMs;
  }

  /** Something follows a change now. */
  note(nowMs: number): void {
    this.#heldUntilMs = undefined;
    this.#lastMs = nowMs;
    this.#inARow++;
  }

  /** The run that came of it has begun. */
  noteBegun(nowMs: number): void {
    this.#lastMs = nowMs;
  }

  /** Somebody has restarted it by hand, or it has been quiet. */
  reset(): void {
    this.#lastMs = -Infinity;
    this.#inARow = 0;
    this.#holds = 0;
    this.#heldUntilMs = undefined;
  }
}
