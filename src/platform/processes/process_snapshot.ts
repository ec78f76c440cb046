import { reapOwnChildren } from "../own_children.ts";
import { isZombie, listProcesses, type ProcessEntry } from "./process_table.ts";
import { readMarks, type RunMarks } from "./run_marks.ts";
import { systemClock } from "../system_clock.ts";

/** A snapshot may be used again this long, or as long as it took: so looking takes half of the time at most. */
const LEAST_REUSE_MS = 5;

/** The process table at one moment, with what is asked of it again and again. */
export class ProcessSnapshot {
  readonly entries: readonly ProcessEntry[];
  readonly #byPid: ReadonlyMap<number, ProcessEntry>;
  readonly #byParent: ReadonlyMap<number, ProcessEntry[]>;
  readonly #bySession: ReadonlyMap<number, ProcessEntry[]>;
  readonly #byRun = new Map<string, ProcessEntry[]>();
  /** Whoever is not older than this has been asked for marks. */
  #askedFrom = Infinity;

  constructor(entries: readonly ProcessEntry[]) {
    this.entries = entries;
    this.#byPid = new Map(entries.map((entry) => [entry.pid, entry]));
    this.#byParent = Map.groupBy(entries, (entry) => entry.ppid);
    this.#bySession = Map.groupBy(entries, (entry) => entry.session);
    forgetMarksOfOthers(this.#byPid);
  }

  get(pid: number): ProcessEntry | undefined {
    return this.#byPid.get(pid);
  }

  childrenOf(pid: number): readonly ProcessEntry[] {
    return this.#byParent.get(pid) ?? [];
  }

  /** The numbers of all sessions. */
  sessions(): number[] {
    return [...this.#bySession.keys()];
  }

  inSession(session: number): readonly ProcessEntry[] {
    return this.#bySession.get(session) ?? [];
  }

  /**
   * Who carries the marks of this run. Environments are read when first asked for, and never those of processes that
   * started before `oldest`.
   */
  markedWith(run: { stateDir: string; runId: string }, oldest = 0): readonly ProcessEntry[] {
    this.#askFrom(oldest);
    return this.#byRun.get(keyOf(run)) ?? [];
  }

  /** Everybody who carries marks, by whatever run. */
  allMarked(): { entry: ProcessEntry; marks: RunMarks }[] {
    this.#askFrom(0);
    return [...this.#byRun.values()].flat().map((entry) => ({ entry, marks: marksOf(entry)! }));
  }

  /** The marks of one process; undefined when it has none, or may not be looked at. */
  marksOf(entry: ProcessEntry): RunMarks | undefined {
    return isInspectable(entry) ? marksOf(entry) : undefined;
  }

  #askFrom(oldest: number): void {
    if (oldest >= this.#askedFrom) return;
    for (const entry of this.entries) {
      const startTime = Number(entry.startTime);
      if (startTime < oldest || startTime >= this.#askedFrom || !isInspectable(entry)) continue;
      const marks = marksOf(entry);
      if (marks === undefined) continue;
      const key = keyOf(marks);
      const others = this.#byRun.get(key);
      if (others === undefined) this.#byRun.set(key, [entry]);
      else others.push(entry);
    }
    this.#askedFrom = oldest;
  }
}

/** The marks that were found before: they stay with a process, while one without may still be before its exec. */
let knownMarks = new Map<number, { readonly startTime: string; readonly marks: RunMarks }>();

function marksOf({ pid, startTime }: ProcessEntry): RunMarks | undefined {
  const known = knownMarks.get(pid);
  if (known?.startTime === startTime) return known.marks;
  const marks = readMarks(pid);
  if (marks !== undefined) knownMarks.set(pid, { startTime, marks });
  return marks;
}

function forgetMarksOfOthers(living: ReadonlyMap<number, ProcessEntry>): void {
  knownMarks = new Map(knownMarks.entries().filter(([pid]) => living.has(pid)));
}

function keyOf({ stateDir, runId }: { stateDir: string; runId: string }): string {
  return `${runId} ${stateDir}`;
}

interface RecentSnapshot {
  readonly snapshot: WeakRef<ProcessSnapshot>;
  readonly begunAtMs: number;
  readonly usableUntilMs: number;
}

let recent: RecentSnapshot | undefined;

/** The process table now. What of our own children has ended before is not in it, not even as a zombie. */
export function takeSnapshot(): ProcessSnapshot {
  reapOwnChildren();
  const startedAtMs = systemClock.monotonic();
  const snapshot = new ProcessSnapshot(listProcesses());
  const now = systemClock.monotonic();
  const reuseMs = Math.max(LEAST_REUSE_MS, now - startedAtMs);
  recent = {
    snapshot: new WeakRef(snapshot),
    begunAtMs: startedAtMs,
    usableUntilMs: now + reuseMs,
  };
  return snapshot;
}

/**
 * The last snapshot, unless it is older than a few milliseconds or was begun before `notBeforeMs` (monotonic): a
 * thousand runs are stopped by one look, not by a thousand.
 */
export function recentSnapshot(notBeforeMs = -Infinity): ProcessSnapshot | undefined {
  if (recent === undefined || systemClock.monotonic() > recent.usableUntilMs) return undefined;
  return recent.begunAtMs < notBeforeMs ? undefined : recent.snapshot.deref();
}

/** Kernel threads and zombies have no environment, init and we ourselves are nobody's job. */
function isInspectable(entry: ProcessEntry): boolean {
  const isKernelThread = Deno.build.os === "linux" && (entry.pid === 2 || entry.ppid === 2);
  return entry.pid > 1 && entry.pid !== Deno.pid && !isKernelThread && !isZombie(entry);
}
