import { notReady, type Probe, type ProbeAnswer, READY } from "./probe.ts";
import type { ProbeWorld, RunOutput } from "./probe_world.ts";

/** Looks whether one of the texts has what is sought; rejects when that takes too long. */
export interface LineMatcher extends Disposable {
  matches(lines: readonly string[]): Promise<boolean>;
}

/**
 * Ready is a line that was sought, on either stream. The log is read from the run's first byte and each line once, so
 * that it does not matter when it was written, nor who was the daemon then.
 */
export class LogProbe implements Probe {
  readonly #matcher: LineMatcher;
  readonly #output: RunOutput;
  #isFound = false;
  #problem: string | undefined;

  constructor(matcher: LineMatcher, world: Pick<ProbeWorld, "openOutput">) {
    this.#matcher = matcher;
    this.#output = world.openOutput();
  }

  async try(signal: AbortSignal): Promise<ProbeAnswer> {
    while (!this.#isFound && this.#problem === undefined && !signal.aborted) {
      const lines = await this.#output.next();
      if (lines.length === 0) break;
      try {
        this.#isFound = await this.#matcher.matches(lines);
      } catch (error) {
        // Tried again it would take as long: one try costs a second of a core.
        this.#problem = (error as Error).message;
        this.#output[Symbol.dispose]();
      }
    }
    if (this.#isFound) return READY;
    return notReady(this.#problem ?? "no such line in its output");
  }

  [Symbol.dispose](): void {
    this.#output[Symbol.dispose]();
    this.#matcher[Symbol.dispose]();
  }
}
