import { guarded } from "../../platform/guarded.ts";

/** How far into a run's streams somebody has read. */
export interface Hold {
  readonly stdoutOffset: number;
  readonly stderrOffset: number;
}

/** Whoever reads more runs at once has the oldest ones cut off under it. */
const MOST_RUNS = 256;

/** Who follows which run, and how far: what they have not read is not cut off yet. Gone with their connection. */
export class Holds {
  readonly #byRun = new Map<string, Map<object, Hold>>();
  /** The oldest first. */
  readonly #runsOf = new Map<object, Set<string>>();

  /** True for who holds something already. */
  has(holder: object): boolean {
    return this.#runsOf.has(holder);
  }

  /** Notes how far `holder` is; `signal` ends all its holds. */
  set(runId: string, holder: object, hold: Hold & { signal: AbortSignal }): void {
    const runs = this.#runsOf.get(holder) ?? this.#addHolder(holder, hold.signal);
    runs.add(runId);
    const holders = this.#byRun.get(runId) ?? new Map<object, Hold>();
    this.#byRun.set(runId, holders);
    holders.set(holder, { stdoutOffset: hold.stdoutOffset, stderrOffset: hold.stderrOffset });
    if (runs.size <= MOST_RUNS) return;
    const [oldest] = runs;
    runs.delete(oldest!);
    this.#release(oldest!, holder);
  }

  #addHolder(holder: object, signal: AbortSignal): Set<string> {
    const runs = new Set<string>();
    this.#runsOf.set(holder, runs);
    const release = guarded("hold.release", () => {
      this.#runsOf.delete(holder);
      for (const runId of runs) this.#release(runId, holder);
    });
    signal.addEventListener("abort", release, { once: true });
    return runs;
  }

  /** The least that all holders of a run have read; undefined when nobody holds it. */
  least(runId: string): Hold | undefined {
    const holders = this.#byRun.get(runId);
    if (holders === undefined) return undefined;
    const holds = [...holders.values()];
    return {
      stdoutOffset: Math.min(...holds.map((hold) => hold.stdoutOffset)),
      stderrOffset: Math.min(...holds.map((hold) => hold.stderrOffset)),
    };
  }

  #release(runId: string, holder: object): void {
    const holders = this.#byRun.get(runId);
    holders?.delete(holder);
    if (holders?.size === 0) this.#byRun.delete(runId);
  }
}
