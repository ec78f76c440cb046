import type { CancelTimer, Clock } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";
import type { RunRecord, Store } from "../../store/store.ts";
import type { LeftProcess, RunHost } from "./run_host.ts";

/** A job as far as it matters for what its runs have left. */
export interface LeavingJob {
  readonly id: string;
  readonly isLive: boolean;
  readonly run: RunRecord | undefined;
}

/** What {@linkcode LeftBehind} needs. */
export interface LeftBehindOptions {
  readonly clock: Clock;
  readonly host: RunHost;
  readonly store: Store;
  readonly jobs: () => readonly LeavingJob[];
  /** There are more or fewer of a job now. */
  readonly onChange: (jobId: string) => void;
}

/** How many processes runs that are over have left. */
export interface LeftCount {
  readonly left: number;
  /** How many of these have let go. */
  readonly letGo: number;
}

interface Suspect {
  /** The last one; of those before it has been looked, or will be with it. */
  readonly run: RunRecord;
  readonly launchedAt: number | undefined;
}

/** After the end of a run, so that those that end together cost one look. */
const PROBE_AFTER_MS = 50;
const REFRESH_EVERY_MS = 1_000;
const NOBODY: readonly LeftProcess[] = [];

/**
 * What runs that are over have left running, of all jobs. Nothing is polled: a job is looked at when one of its runs
 * has ended, and again while something is left and somebody looks; before anybody has looked, all are suspects.
 */
export class LeftBehind implements Disposable {
  readonly #options: LeftBehindOptions;
  readonly #known = new Map<string, readonly LeftProcess[]>();
  /** Of whom it is not known that nothing is left. */
  readonly #suspects = new Map<string, Suspect>();
  #isFirstLook = true;
  #lookedAt = -Infinity;
  #suspectedAt = -Infinity;
  #cancelProbe: CancelTimer | undefined;

  constructor(options: LeftBehindOptions) {
    this.#options = options;
  }

  /** As of the last look. */
  of(jobId: string): readonly LeftProcess[] {
    return this.#known.get(jobId) ?? NOBODY;
  }

  countOf(jobId: string): LeftCount {
    const known = this.of(jobId);
    return { left: known.length, letGo: known.filter(({ hasLetGo }) => hasLetGo).length };
  }

  /** False when it is certain that nothing is left. */
  mayHave(jobId: string): boolean {
    return this.#isFirstLook || this.#known.has(jobId) || this.#isSuspect(jobId);
  }

  /** A run has ended without anybody looking what it left. `launchedAt`: monotonic, where that is known. */
  suspect(run: RunRecord, launchedAt: number | undefined): void {
    this.#suspects.set(run.jobId, { run, launchedAt });
    this.#suspectedAt = this.#options.clock.monotonic();
    this.#cancelProbe ??= this.#options.clock.schedule(
      PROBE_AFTER_MS,
      guarded("left.probe", () => this.#probe(), () => this.#cancelProbe = undefined),
    );
  }

  /** The job is no more; what it has left belongs to nobody from now on. */
  forget(jobId: string): void {
    this.#known.delete(jobId);
    this.#suspects.delete(jobId);
  }

  /** After a stop that left nothing. */
  settle(jobId: string): void {
    this.#suspects.delete(jobId);
    if (this.#known.delete(jobId)) this.#tell(jobId);
  }

  /** Whom a stop could not end, so that they are not forgotten when nothing leads to them any more. */
  remember(processes: readonly LeftProcess[]): void {
    this.#take(processes);
  }

  /** Looks at once when one of the jobs may have left something at its output, or in its group. */
  lookIfLikely(jobs: readonly LeavingJob[]): void {
    const { host } = this.#options;
    const isLikely = ({ id, run, isLive }: LeavingJob) =>
      run !== undefined && !isLive && this.mayHave(id) && host.mayHaveLeft(run);
    if (jobs.some(isLikely)) this.look();
  }

  /** Who is left of jobs that are no more, as of the last look. */
  ofNobody(): readonly LeftProcess[] {
    const ids = new Set(this.#options.jobs().map(({ id }) => id));
    return [...this.#known].flatMap(([id, left]) => ids.has(id) ? NOBODY : left);
  }

  /** For whoever shows jobs: looks when a run has ended since, and at most once a second while something is left. */
  refresh(): void {
    const { clock, jobs } = this.#options;
    const isNew = this.#isFirstLook && jobs().length > 0 ||
      [...this.#suspects.keys()].some((id) => this.#isSuspect(id));
    const isDue = this.#known.size > 0 && clock.monotonic() - this.#lookedAt >= REFRESH_EVERY_MS;
    if (isNew || isDue) this.look();
  }

  /** Looks at once, for all jobs: one look costs the same for one as for all. */
  look(): void {
    const { host, store, jobs, clock } = this.#options;
    this.#lookedAt = clock.monotonic();
    const live = jobs().flatMap((job) => job.isLive ? [job.run!] : []);
    const runsLedBy = (pids: readonly number[]) => store.runs.ledBy(pids);
    const suspects = [...this.#suspects.values()].map(({ run }) => run);
    const found = host.findLeft({ live, suspects, notBeforeMs: this.#suspectedAt, runsLedBy });
    const holding = this.#suspectJobs().filter((job) =>
      host.isAnyOutputOpen(job.id, job.isLive ? job.run!.run : undefined)
    );
    if (holding.length > 0) {
      const liveRuns = new Set(live.map(({ runId }) => runId));
      const holders = host.findHolders(holding.map(({ id }) => id));
      found.push(...holders.filter(({ jobId, run }) => !liveRuns.has(`${jobId}-${run}`)));
    }
    this.#isFirstLook = false;
    this.#suspects.clear();
    this.#cancelProbe?.();
    this.#cancelProbe = undefined;
    this.#take(found);
  }

  [Symbol.dispose](): void {
    this.#cancelProbe?.();
    this.#cancelProbe = undefined;
  }

  /** Most runs leave nobody, which is soon proven while they are young. */
  #isSuspect(jobId: string): boolean {
    const suspect = this.#suspects.get(jobId);
    if (suspect === undefined) return false;
    const { run, launchedAt } = suspect;
    const { clock, host } = this.#options;
    if (launchedAt === undefined) return true;
    if (!host.hasSurelyLeftNobody(run, clock.monotonic() - launchedAt)) return true;
    this.#suspects.delete(jobId);
    return false;
  }

  #suspectJobs(): readonly LeavingJob[] {
    const jobs = this.#options.jobs();
    return this.#isFirstLook ? jobs : jobs.filter(({ id }) => this.#suspects.has(id));
  }

  /** Cheap: whether somebody is at the output, or in the group, is asked without a look at all processes. */
  #probe(): void {
    this.#cancelProbe = undefined;
    this.lookIfLikely(this.#suspectJobs());
  }

  /** Those that were found, and those that were before and still live. */
  #take(found: readonly LeftProcess[]): void {
    const { host } = this.#options;
    const living = new Map(found.map((process) => [process.identity.pid, process]));
    for (const process of [...this.#known.values()].flat()) {
      const { pid } = process.identity;
      if (!living.has(pid) && host.isAlive(process.identity)) living.set(pid, process);
    }
    const byJob = Map.groupBy(living.values(), ({ jobId }) => jobId);
    const ids = new Set([...this.#known.keys(), ...byJob.keys()]);
    for (const id of ids) {
      const before = this.of(id).length;
      const now = byJob.get(id) ?? NOBODY;
      if (now.length > 0) this.#known.set(id, now);
      else this.#known.delete(id);
      if (now.length !== before) this.#tell(id);
    }
  }

  /** Not in the midst of what made us look. */
  #tell(jobId: string): void {
    const { clock, onChange } = this.#options;
    clock.schedule(0, guarded("left.tell", () => onChange(jobId)));
  }
}
