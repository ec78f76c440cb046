import { setImmediate } from "node:timers";
import type { CancelTimer, Clock } from "../../src/base/clock.ts";

/** A clock that only moves when it is told to. */
export class FakeClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  readonly #timers = new Set<{ atMs: number; callback: () => void }>();

  constructor(nowMs = Date.parse("2026-11-21T12:00:00Z")) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  schedule(delayMs: number, callback: () => void): CancelTimer {
    const timer = { atMs: this.#monotonicMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many calls are still to come. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Sets the time of day, as an administrator or a suspended laptop does; timers do not notice. */
  jumpTo(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Lets time pass in which nobody gets a turn: what was due is late. */
  stall(byMs: number): void {
    this.#move(this.#monotonicMs + byMs);
  }

  /** Lets time pass; due calls are made in their order, and what they cause may happen between them. */
  async advance(byMs: number): Promise<void> {
    await settle();
    const endMs = this.#monotonicMs + byMs;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > endMs) break;
      this.#move(Math.max(next.atMs, this.#monotonicMs));
      this.#timers.delete(next);
      next.callback();
      await settle();
    }
    this.#move(endMs);
    await settle();
  }

  #move(monotonicMs: number): void {
    this.#nowMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}

/** Returns when all that promises have under way, without any I/O, has happened. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
