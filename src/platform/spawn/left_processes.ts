import { parseRunId } from "../../base/ids.ts";
import { isKeeper } from "./kept_output.ts";
import { listWriters, readWrittenFiles } from "../processes/open_files.ts";
import { bootId, type ProcessIdentity } from "../processes/process_identity.ts";
import {
  type ProcessSnapshot,
  recentSnapshot,
  takeSnapshot,
} from "../processes/process_snapshot.ts";
import {
  isZombie,
  type ProcessEntry,
  readProcess,
  startedAtMs,
} from "../processes/process_table.ts";
import { isShimEntry } from "../processes/process_tree.ts";
import { isMarkedDaemon, readMarks } from "../processes/run_marks.ts";
import { systemClock } from "../system_clock.ts";

/** A run as far as its processes are told by it. */
export interface LedRun {
  readonly runId: string;
  readonly shim: ProcessIdentity | null;
  /** When it was over, by the wall clock; null or absent when that is not known. */
  readonly finishedAtMs?: number | null;
}

/** What {@linkcode findLeft} goes by. */
export interface LeftQuery {
  readonly stateDir: string;
  /** Whether a path in a list of open files is output of our jobs. */
  readonly isOutput: (path: string) => boolean;
  /** The runs that are not over: what is theirs is not left. */
  readonly live: readonly LedRun[];
  /** Runs that have just ended, and of which nobody knows what they have left. */
  readonly suspects: readonly LedRun[];
  /** When the last of them was seen to have ended (monotonic): an older look knows less. */
  readonly notBeforeMs?: number | undefined;
  /** The runs whose shims had one of these pids. */
  readonly runsLedBy: (pids: readonly number[]) => readonly LedRun[];
}

/** A process that a run which is over has left. */
export interface LeftEntry {
  readonly entry: ProcessEntry;
  readonly runId: string;
  /** It has left the run's session and its output: on purpose, as servers do that serve many runs. */
  readonly hasLetGo: boolean;
}

/**
 * Every living process that runs of a daemon have left which are over: in their sessions, by their marks, and all that
 * descends from these. Who has wiped all that away is found by {@linkcode findHolders} alone.
 */
export function findLeft(query: LeftQuery): LeftEntry[] {
  const recent = recentSnapshot(query.notBeforeMs);
  if (recent !== undefined) {
    const living = new Search(recent, query).run().filter(isStillThere);
    // That nobody is left, only a new look may say.
    if (living.length > 0) return living;
  }
  return new Search(takeSnapshot(), query).run().filter(isStillThere);
}

/** More than any machine forks. */
const MOST_FORKS_PER_MS = 50;

/**
 * A quick proof that nobody of a run is there who is in its session or carries its marks; false where it takes a whole
 * look to know. Pids are given one after the other: whoever came later than the shim has a higher one, as long as they
 * have not begun anew since. `elapsedMs`: since the shim was started.
 */
export function hasSurelyLeftNobody(
  { runId, shim, stateDir }: LedRun & { readonly stateDir: string },
  elapsedMs: number,
): boolean {
  if (Deno.build.os !== "linux" || shim === null || shim.bootId !== bootId()) return false;
  if (elapsedMs * MOST_FORKS_PER_MS >= readMostPid() || readLastPid() < shim.pid) return false;
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (!(pid > shim.pid) || pid === Deno.pid) continue;
    const entry = readProcess(pid);
    if (entry === undefined || isZombie(entry)) continue;
    if (entry.session === shim.pid) return false;
    const marks = readMarks(pid);
    if (marks?.runId === runId && marks.stateDir === stateDir) return false;
  }
  return true;
}

/** The pid that was given last; see proc_loadavg(5). */
function readLastPid(): number {
  return Number(Deno.readTextFileSync("/proc/loadavg").trimEnd().split(" ").at(-1));
}

let mostPid: number | undefined;

function readMostPid(): number {
  mostPid ??= Number(Deno.readTextFileSync("/proc/sys/kernel/pid_max"));
  return mostPid;
}

/** Who has a file of this kind open for writing, whatever he is; shims, keepers and ourselves left out. */
export function findHolders(isOutput: (path: string) => boolean): ProcessEntry[] {
  const writers = listWriters(isOutput);
  return [...writers].flatMap((pid) => {
    const entry = pid === Deno.pid ? undefined : readProcess(pid);
    if (entry === undefined || isZombie(entry)) return [];
    return isShimEntry(entry) || isKeeper(entry) ? [] : [entry];
  });
}

interface Found {
  readonly entry: ProcessEntry;
  readonly runId: string;
  readonly isMarked: boolean;
  isInSession: boolean;
  hasLetGo: boolean;
}

/** One search in one snapshot. */
class Search {
  readonly #snapshot: ProcessSnapshot;
  readonly #query: LeftQuery;
  readonly #liveRuns: ReadonlySet<string>;
  readonly #liveSessions: ReadonlySet<number>;
  readonly #found = new Map<number, Found>();

  constructor(snapshot: ProcessSnapshot, query: LeftQuery) {
    this.#snapshot = snapshot;
    this.#query = query;
    this.#liveRuns = new Set(query.live.map(({ runId }) => runId));
    this.#liveSessions = new Set(query.live.flatMap(({ shim }) => shim?.pid ?? []));
  }

  run(): LeftEntry[] {
    const shims = this.#addMarked();
    this.#addSessions(shims);
    for (const found of this.#found.values()) {
      found.hasLetGo = found.isMarked && !found.isInSession && this.#isOff(found.entry) === true;
    }
    this.#addDescendants();
    return [...this.#found.values()];
  }

  #add(entry: ProcessEntry, runId: string, traits: Partial<Found> = {}): void {
    const isOurs = entry.pid > 1 && entry.pid !== Deno.pid && !isZombie(entry);
    if (!isOurs || this.#found.has(entry.pid) || this.#isOfShim(entry)) return;
    const found = { isMarked: false, isInSession: false, hasLetGo: false, ...traits };
    this.#found.set(entry.pid, { entry, runId, ...found });
  }

  /** A shim is about to end, and so is the mv with which it has written the marker. */
  #isOfShim(entry: ProcessEntry): boolean {
    const parent = entry.comm === "mv" ? this.#snapshot.get(entry.ppid) : undefined;
    return isShimEntry(entry) || parent !== undefined && isShimEntry(parent);
  }

  /** Returns the shims of runs that are over and have not ended themselves yet. */
  #addMarked(): LedRun[] {
    const shims: LedRun[] = [];
    for (const { entry, marks } of this.#snapshot.allMarked()) {
      const { runId, jobId, stateDir } = marks;
      if (stateDir !== this.#query.stateDir || this.#liveRuns.has(runId)) continue;
      // What an exec was given in a job carries that job's mark, too.
      if (parseRunId(runId)?.jobId !== jobId) continue;
      if (!isShimEntry(entry)) this.#add(entry, runId, { isMarked: true });
      else shims.push({ runId, shim: { ...entry, bootId: bootId() } });
    }
    return shims;
  }

  #addSessions(shims: readonly LedRun[]): void {
    const leaderless = this.#snapshot.sessions().filter((session) =>
      session > 1 && !this.#liveSessions.has(session) && this.#isLeaderless(session)
    );
    const led = leaderless.length === 0 ? [] : this.#query.runsLedBy(leaderless);
    // A shim on its way to its end has neither marks nor ended: of suspects that does not matter.
    for (const run of [...shims, ...this.#query.suspects, ...led]) {
      if (run.shim !== null && !this.#liveRuns.has(run.runId)) {
        this.#addSession(run, run.shim);
      }
    }
  }

  #isLeaderless(session: number): boolean {
    const leader = this.#snapshot.get(session);
    return leader === undefined || isZombie(leader);
  }

  /** Who is in the session of a shim; of one that is gone, when something vouches for its being that session. */
  #addSession({ runId, finishedAtMs }: LedRun, shim: ProcessIdentity): void {
    if (shim.bootId !== bootId()) return;
    const members = this.#snapshot.inSession(shim.pid).filter((entry) =>
      entry.pid !== shim.pid && Number(entry.startTime) >= Number(shim.startTime)
    );
    const isSure = this.#snapshot.get(shim.pid)?.startTime === shim.startTime ||
      members.some((entry) =>
        this.#found.has(entry.pid) || this.#isOff(entry) === false || wasBefore(entry, finishedAtMs)
      );
    for (const entry of members) {
      // Who may not be looked at may not be signalled either, so that no stranger is harmed by being counted.
      const isHidden = this.#isOff(entry) === undefined;
      if (isSure || isHidden) this.#add(entry, runId, {});
      const found = this.#found.get(entry.pid);
      if (found !== undefined) found.isInSession = true;
    }
  }

  /** Whether it holds no output of our jobs; undefined when it may not be looked at. */
  #isOff({ pid }: ProcessEntry): boolean | undefined {
    const files = readWrittenFiles(pid, this.#query.isOutput);
    return files && files.length === 0;
  }

  #addDescendants(): void {
    const queue = [...this.#found.values()];
    for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
      for (const entry of this.#snapshot.childrenOf(parent.entry.pid)) {
        // Whoever has marks is what they say.
        if (this.#found.has(entry.pid) || this.#snapshot.marksOf(entry) !== undefined) continue;
        if (isMarkedDaemon(entry.pid)) continue;
        const hasLetGo = parent.hasLetGo && this.#isOff(entry) === true;
        this.#add(entry, parent.runId, { hasLetGo });
        const child = this.#found.get(entry.pid);
        if (child !== undefined) queue.push(child);
      }
    }
  }
}

/**
 * The times that are compared are rounded by the kernel: when a process began, how long the machine is up (10 ms each),
 * and when the end was written down (a tick of its clock). Nobody has the pid of a shim so soon after its end: before,
 * all other pids are given ({@linkcode MOST_FORKS_PER_MS}).
 */
const ROUNDING_MS = 40;

/**
 * Whether a process was started before a run was over. As long as the run's shim lived its pid was nobody else's, and
 * nobody changes into a session that is numbered otherwise than himself: then he is in that of the run.
 */
function wasBefore(entry: ProcessEntry, finishedAtMs: number | null | undefined): boolean {
  if (finishedAtMs == null) return false;
  return startedAtMs(entry, systemClock.now()) <= finishedAtMs + ROUNDING_MS;
}

function isStillThere({ entry }: LeftEntry): boolean {
  const now = readProcess(entry.pid);
  return now !== undefined && now.startTime === entry.startTime && !isZombie(now);
}
