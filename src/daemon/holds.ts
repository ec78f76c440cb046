import { guarded } from "../platform/guarded.ts";

/** How far into a run's streams somebody has read. */
export interface Hold {
  readonly stdoutOffset: number;
  readonly stderrOffset: number;
}

/** Who follows which run, and how far: what they have not read is not cut off yet. Gone with their connection. */
export class Holds {
  readonly #byRun = new Map<string, Map<object, Hold>>();

  /** Notes how far `holder` is; `signal` ends its hold. */
  set(runId: string, holder: object, hold: Hold & { signal: AbortSignal }): void {
    const holders = this.#byRun.get(runId) ?? new Map<object, Hold>();
    this.#byRun.set(runId, holders);
    if (!holders.has(holder)) {
      const release = guarded("hold.release", () => this.#release(runId, holder));
      hold.signal.addEventListener("abort", release, { once: true });
    }
    holders.set(holder, { stdoutOffset: hold.stdoutOffset, stderrOffset: hold.stderrOffset });
  }

  /** The least that all holders of a run have read; undefined when nobody holds it. */
  least(runId: string): Hold | undefined {
    const holds = [...this.#byRun.get(runId)?.values() ?? []];
    if (holds.length === 0) return undefined;
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
