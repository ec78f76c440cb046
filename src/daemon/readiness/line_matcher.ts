import { PatternWorker } from "../../platform/pattern_worker.ts";
import { type Clock, within } from "../../base/clock.ts";
import type { LineMatcher } from "./log_probe.ts";

/** For one look at 64 KiB of lines. */
const MATCHING_LIMIT_MS = 1_000;

/**
 * A matcher for the pattern. A backtracking engine may take for ever over a line of 8 KiB, and nothing else of the daemon
 * would have its turn meanwhile. A pattern without groups and with one quantifier at most takes no longer than the
 * square of the line and is tried right here; that are most. Any other is tried in a thread of its own, which is given
 * up when it takes longer than a second.
 */
export function createMatcher(pattern: string, clock: Clock): LineMatcher {
  return isQuick(pattern) ? new QuickMatcher(pattern) : new PatientMatcher(pattern, clock);
}

/** Whether no line can keep it busy for long; false is no proof of the contrary. */
export function isQuick(pattern: string): boolean {
  const bare = pattern.replace(/\\./gs, "x").replace(/\[[^\]]*\]/g, "x");
  return !bare.includes("(") && (bare.match(/[*+?{]/g) ?? []).length <= 1;
}

class QuickMatcher implements LineMatcher {
  readonly #regex: RegExp;

  constructor(pattern: string) {
    this.#regex = new RegExp(pattern);
  }

  matches(lines: readonly string[]): Promise<boolean> {
    return Promise.resolve(lines.some((line) => this.#regex.test(line)));
  }

  [Symbol.dispose](): void {}
}

class PatientMatcher implements LineMatcher {
  readonly #pattern: string;
  readonly #clock: Clock;
  #worker: PatternWorker | undefined;

  constructor(pattern: string, clock: Clock) {
    this.#pattern = pattern;
    this.#clock = clock;
  }

  async matches(lines: readonly string[]): Promise<boolean> {
    const worker = this.#worker ??= new PatternWorker(this.#pattern);
    await worker.isThere;
    const found = await within(this.#clock, MATCHING_LIMIT_MS, worker.isAnyMatched(lines));
    if (found !== "late") return found;
    this[Symbol.dispose]();
    throw new Error("its pattern takes longer than a second over a line of the output");
  }

  [Symbol.dispose](): void {
    this.#worker?.[Symbol.dispose]();
    this.#worker = undefined;
  }
}
