import { isZombie, listProcesses, type ProcessEntry } from "./process_table.ts";
import { readMarks, type RunMarks } from "./run_marks.ts";
import { systemClock } from "./system_clock.ts";

/** A snapshot may be used again this long, or as long as it took: so looking takes half of the time at most. */
const LEAST_REUSE_MS = 5;

/** The process table at one moment, with what is asked of it again and again. */
export class ProcessSnapshot {
  readonly entries: readonly ProcessEntry[];
  readonly #byPid: ReadonlyMap<number, ProcessEntry>;
  readonly #byParent: ReadonlyMap<number, ProcessEntry[]>;
  readonly #bySession: ReadonlyMap<number, ProcessEntry[]>;
  readonly #marks = new Map<number, RunMarks | undefined>();

  constructor(entries: readonly ProcessEntry[]) {
    this.entries = entries;
    this.#byPid = new Map(entries.map((entry) => [entry.pid, entry]));
    this.#byParent = Map.groupBy(entries, (entry) => entry.ppid);
    this.#bySession = Map.groupBy(entries, (entry) => entry.session);
  }

  get(pid: number): ProcessEntry | undefined {
    return this.#byPid.get(pid);
  }

  childrenOf(pid: number): readonly ProcessEntry[] {
    return this.#byParent.get(pid) ?? [];
  }

  inSession(session: number): readonly ProcessEntry[] {
    return this.#bySession.get(session) ?? [];
  }

  /** Each environment is read once, when first asked for. */
  marksOf(entry: ProcessEntry): RunMarks | undefined {
    if (!this.#marks.has(entry.pid)) {
      this.#marks.set(entry.pid, isInspectable(entry) ? readMarks(entry.pid) : undefined);
    }
    return this.#marks.get(entry.pid);
  }
}

let recent: { snapshot: WeakRef<ProcessSnapshot>; usableUntilMs: number } | undefined;

/** The process table now. */
export function takeSnapshot(): ProcessSnapshot {
  const startedAtMs = systemClock.monotonic();
  const snapshot = new ProcessSnapshot(listProcesses());
  const now = systemClock.monotonic();
  const reuseMs = Math.max(LEAST_REUSE_MS, now - startedAtMs);
  recent = { snapshot: new WeakRef(snapshot), usableUntilMs: now + reuseMs };
  return snapshot;
}

/** The last snapshot, unless it is older than a few milliseconds: a thousand runs are stopped by one look, not by a thousand. */
export function recentSnapshot(): ProcessSnapshot | undefined {
  if (recent === undefined || systemClock.monotonic() > recent.usableUntilMs) return undefined;
  return recent.snapshot.deref();
}

/** To be called when a run is started: no older snapshot may say that it has no processes. */
export function forgetSnapshot(): void {
  recent = undefined;
}

/** Kernel threads and zombies have no environment, init and we ourselves are nobody's job. */
function isInspectable(entry: ProcessEntry): boolean {
  const isKernelThread = Deno.build.os === "linux" && (entry.pid === 2 || entry.ppid === 2);
  return entry.pid > 1 && entry.pid !== Deno.pid && !isKernelThread && !isZombie(entry);
}
