import { parseRunId } from "../../base/ids.ts";
import { directoryEntries } from "../../platform/directory_entries.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { findMarked } from "../../platform/processes/process_tree.ts";
import { fileExists } from "../../platform/remove_file.ts";
import { stateDirMark } from "../../platform/processes/run_marks.ts";
import { systemClock } from "../../platform/system_clock.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { PayloadOf, ReplyOf } from "../../protocol/request.ts";
import { readStoredJobs, type StoredJobState } from "../../store/stored_state.ts";
import type { RunEnd } from "../../store/run_repository.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import { awaitedBy, type NeededJob, toNeeded } from "./dependencies.ts";
import { findJob, type JobLookup } from "./find_job.ts";
import { toJobDetails } from "./job_details.ts";
import { isWanted } from "./job_facts.ts";
import { toJobView } from "./job_view.ts";
import { createLeaseWorld, type LeaseWorld } from "./lease.ts";
import { createOsRunHost } from "../runs/os_run_host.ts";
import { signalOfCode } from "./run_end.ts";
import { sumUpJobs } from "./run_sums.ts";
import type { LeftProcess, RunHost } from "../runs/run_host.ts";
import { lookAtRun } from "../runs/run_sight.ts";
import { judgeRun } from "../runs/run_verdict.ts";

const NOT_BEGUN = { reason: "it had not begun", cause: "start.not_begun" };

/** A job as the last daemon left it, with what became of its run since. */
interface StoredJob {
  readonly id: string;
  readonly record: JobRecord;
  readonly run: RunRecord | undefined;
  /** All of them as they were stored, the newest first. */
  readonly runs: readonly RunRecord[];
}

/**
 * The jobs of a daemon that is not there, read from what it left; answers the requests that only read as it would. The
 * counterpart of a daemon for commands that must not start one: it changes nothing.
 */
export class StoredJobs implements JobLookup<StoredJob> {
  readonly #paths: ImpPaths;
  readonly #stored: readonly StoredJobState[];
  readonly #host: RunHost;
  readonly #left: readonly LeftProcess[];
  readonly #jobs: readonly StoredJob[];
  readonly #leases: LeaseWorld;

  /** @throws when the state cannot be read: a daemon has to look after it */
  constructor(paths: ImpPaths) {
    this.#paths = paths;
    this.#stored = hasState(paths) ? readStoredJobs(paths.database) : [];
    this.#host = createOsRunHost(paths);
    this.#leases = createLeaseWorld(this.#host, systemClock);
    this.#jobs = this.#stored.map((stored) => this.#asItIs(stored));
    this.#left = this.#jobs.length === 0 ? [] : this.#findLeft();
  }

  get size(): number {
    return this.#jobs.length;
  }

  byId(id: string): StoredJob | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  byName(name: string): StoredJob | undefined {
    return this.#jobs.find((job) => job.record.name === name);
  }

  withPrefix(prefix: string): readonly StoredJob[] {
    return this.#jobs.filter((job) => job.id.startsWith(prefix));
  }

  withGroup(group: string): readonly StoredJob[] {
    return this.#jobs.filter(({ record }) => record.project?.groups.includes(group));
  }

  /** Whether a daemon would have something to do: a run without an end, a job that is to be up, or will be, an exec cut off. */
  get hasWork(): boolean {
    return directoryEntries(this.#paths.execsDir).length > 0 ||
      this.#stored.some(({ job, runs: [run] }) =>
        isWanted(job) || (run !== undefined && run.finishedAtMs === null)
      );
  }

  /** Whether anything tells of runs that the store does not know: only a daemon can take them up. */
  get hasLostRuns(): boolean {
    if (!fileExists(this.#paths.database)) return this.hasLiving;
    const known = new Set(this.#stored.map(({ runs: [run] }) => run?.runId));
    return directoryEntries(this.#paths.runsDir)
      .some((name) => parseRunId(name) !== undefined && !known.has(name));
  }

  /** Whether a process of any job lives, also of one that has ended. */
  get hasLiving(): boolean {
    return findMarked(stateDirMark(this.#paths)).length > 0 || this.#left.length > 0 ||
      this.#jobs.some(({ id }) => this.#host.isAnyOutputOpen(id));
  }

  request<Name extends "list" | "get_job">(
    name: Name,
    payload: PayloadOf<Name>,
  ): Promise<ReplyOf<Name>> {
    const reply = name === "list"
      ? this.#list(payload as PayloadOf<"list">)
      : this.#details((payload as PayloadOf<"get_job">).job);
    return Promise.resolve(reply as ReplyOf<Name>);
  }

  #findLeft(): readonly LeftProcess[] {
    const live = this.#jobs.flatMap(({ run }) => run?.finishedAtMs === null ? [run] : []);
    const runs = this.#jobs.flatMap((job) => job.runs);
    return this.#host.findLeft({
      live,
      suspects: [],
      runsLedBy: (pids) => runs.filter(({ shim }) => shim !== null && pids.includes(shim.pid)),
    });
  }

  #list({ statistics }: PayloadOf<"list">): ReplyOf<"list"> {
    const ends = statistics ? this.#stored.flatMap(({ runs }) => runs).flatMap(toRunEnd) : [];
    return {
      jobs: this.#jobs.map((job) => this.#viewOf(job)),
      seq: 0,
      ...statistics && { statistics: sumUpJobs(ends) },
    };
  }

  #details(reference: string): ReplyOf<"get_job"> {
    const found = findJob(this, reference);
    return toJobDetails({
      view: this.#viewOf(found),
      record: found.record,
      runs: found.runs.map((run) => run.runId === found.run?.runId ? found.run : run),
      left: this.#left.filter(({ jobId }) => jobId === found.id),
      filesOf: this.#host.files,
    });
  }

  #viewOf({ record, run }: StoredJob): JobView {
    const files = record.run > 0 ? this.#host.files(record.id, record.run) : undefined;
    const left = this.#left.filter(({ jobId }) => jobId === record.id);
    const letGo = left.filter(({ hasLetGo }) => hasLetGo).length;
    return toJobView(record, run, {
      files,
      usage: undefined,
      left: { left: left.length, letGo },
      awaited: awaitedBy(record, (name) => this.#neededJob(name)),
      nextRunAtMs: null,
      leases: this.#leases,
    });
  }

  #neededJob(name: string): NeededJob | undefined {
    const found = this.byName(name);
    return found && toNeeded(found.record, found.run);
  }

  /** Jobs that were left running may have ended since. */
  #asItIs({ job: record, runs }: StoredJobState): StoredJob {
    const { id } = record;
    const [run] = runs;
    if (run === undefined || run.finishedAtMs !== null) return { id, record, run, runs };
    const verdict = judgeRun(lookAtRun(this.#host, run).evidence);
    if (verdict.is === "ended") {
      const { code, endedAtMs } = verdict;
      const status = code === 0 ? "exited" : "failed";
      const signal = signalOfCode(code);
      const ended = { finishedAtMs: endedAtMs, exitCode: code, signal, outcome: status } as const;
      return { id, record: { ...record, status }, run: { ...run, ...ended }, runs };
    }
    if (verdict.is !== "lost" && verdict.is !== "unbegun") return { id, record, run, runs };
    const lost = verdict.is === "lost" ? verdict : NOT_BEGUN;
    const facts = { ...run.facts, cause: run.facts.cause ?? lost.cause };
    return {
      id,
      record: { ...record, status: "lost", reason: lost.reason },
      run: { ...run, facts },
      runs,
    };
  }
}

function toRunEnd({ finishedAtMs, ...run }: RunRecord): RunEnd[] {
  return finishedAtMs === null ? [] : [{ ...run, finishedAtMs }];
}

/** Runs without a database are evidence of jobs all the same: then opening fails, and a daemon finds them. */
function hasState({ database, runsDir }: ImpPaths): boolean {
  return fileExists(database) || directoryEntries(runsDir).length > 0;
}
