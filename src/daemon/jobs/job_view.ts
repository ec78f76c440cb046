import { toIsoTime } from "../../base/clock.ts";
import { STANDARD_TERMINAL } from "../../base/terminal_size.ts";
import { describeSchedule } from "../../protocol/describe_schedule.ts";
import type { FileWatch } from "../../protocol/file_watch.ts";
import type { Awaited, JobView, RunView, WatchView } from "../../protocol/job_view.ts";
import { formatRestartPolicy } from "../../protocol/restart_policy.ts";
import { isGoodRun, type JobRecord, type RunFacts, type RunRecord } from "../../store/store.ts";
import { maskSecrets } from "../secrets/mask_secrets.ts";
import { isUp } from "../../protocol/job_status.ts";
import { viewReadiness } from "./readiness_view.ts";
import { UNSUPERVISED } from "./job_facts.ts";
import type { ChangedFiles } from "../watching/change_burst.ts";
import type { LeftCount } from "../runs/left_behind.ts";
import { viewPorts } from "./job_ports.ts";
import { isLeftOver, type LeaseWorld, viewLease } from "./lease.ts";
import { viewOwner } from "./owner.ts";
import { isScheduled } from "./timetable.ts";
import type { RunFiles } from "../runs/run_host.ts";

/** What the sampler knows of a job's whole tree. */
export interface Usage {
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly ports: readonly number[];
}

/** What is known of the files that are watched for a job. */
export interface Watching {
  readonly directories: number | null;
  readonly problem: string | null;
  /** The change that something followed last. */
  readonly changed: ChangedFiles & { readonly atMs: number } | null;
}

const time = (ms: number | null | undefined) => ms == null ? null : toIsoTime(ms);

/** A view is made many times a second while somebody looks, and a command never changes. */
const masked = new WeakMap<readonly string[], string[]>();

function maskedCommand(command: readonly string[]): string[] {
  const known = masked.get(command);
  if (known !== undefined) return known;
  const found = maskSecrets(command);
  masked.set(command, found);
  return found;
}

/** What a job is shown with. */
export interface ViewOptions {
  readonly files: RunFiles | undefined;
  readonly usage: Usage | undefined;
  readonly left?: LeftCount;
  readonly watching?: Watching | undefined;
  /** What it waits for. */
  readonly awaited: readonly Awaited[];
  /** When its schedule starts it next. */
  readonly nextRunAtMs: number | null;
  readonly leases: LeaseWorld;
}

/** A job as it may be shown: credentials masked, the environment left out. */
export function toJobView(
  job: JobRecord,
  run: RunRecord | undefined,
  options: ViewOptions,
): JobView {
  const live = run !== undefined && run.finishedAtMs === null;
  const { files, usage, left, awaited } = options;
  const ports = live ? [...usage?.ports ?? []] : [];
  return {
    id: job.id,
    name: job.name,
    description: job.description,
    command: maskedCommand(job.command),
    workdir: job.workdir,
    // Whatever it did before: nobody can start it as it was asked for.
    status: job.fault === undefined || isUp(job.status) ? job.status : "failed",
    desired: job.desired,
    ...viewReadiness(job, run),
    ...job.watch === null ? {} : { watch: viewWatch(job, job.watch, options.watching) },
    pid: live ? run.process?.pid ?? null : null,
    exit_code: live ? null : run?.exitCode ?? null,
    signal: live ? null : run?.signal ?? null,
    reason: job.fault?.problem ?? job.reason,
    problem: problemOf(job),
    run: job.run,
    restarts: job.restarts,
    restart_policy: formatRestartPolicy(job.restart),
    stop_signal: job.stopSignal,
    stop_timeout_ms: job.stopTimeoutMs,
    ...job.stopCommand !== null && { stop_command: maskedCommand(job.stopCommand) },
    ...job.tty ? { terminal_size: job.terminalSize ?? STANDARD_TERMINAL } : {},
    created_at: toIsoTime(job.createdAtMs),
    started_at: time(run?.startedAtMs),
    finished_at: time(run?.finishedAtMs),
    next_start_at: time(job.nextStartAtMs),
    ...job.schedule !== null && viewSchedule(job, options.nextRunAtMs),
    stdout_path: files?.stdout ?? null,
    stderr_path: files?.stderr ?? null,
    ports,
    ...job.ports === null ? {} : { ports_declared: viewPorts(job, live ? usage?.ports : []) },
    cpu_percent: live ? usage?.cpuPercent ?? null : null,
    memory_bytes: live ? usage?.memoryBytes ?? null : null,
    ...job.memoryLimitBytes !== null && { memory_limit_bytes: job.memoryLimitBytes },
    ...job.logMaxBytes !== null && { log_max_bytes: job.logMaxBytes },
    ...job.runsKept !== null && { runs_kept: job.runsKept },
    ...viewTenure(job, options.leases),
    left: left?.left ?? 0,
    let_go: left?.letGo ?? 0,
    ...job.project && { source: job.project.source, groups: job.project.groups },
    ...awaited.length > 0 && { waiting_for: [...awaited] },
  };
}

/** Whose it is, and for how long. */
function viewTenure(job: JobRecord, world: LeaseWorld) {
  const isOver = isLeftOver(job, { isUp: isUp(job.status), isAlive: world.isAlive });
  return {
    ...job.owner !== null && { owner: viewOwner(job.owner) },
    ...isOver && { left_over: true },
    ...job.lease !== null && { lease: viewLease(job.lease, world) },
  };
}

function viewWatch(
  { awaitsChange }: JobRecord,
  { paths, ignore = [], do: action = { action: "restart" } }: FileWatch,
  { directories = null, problem = null, changed = null }: Partial<Watching> = {},
): WatchView {
  return {
    paths,
    ignore,
    does: action.action === "signal"
      ? `signal:${action.signal}`
      : action.action === "run"
      ? `run:${action.job}`
      : "restart",
    is_awaited: awaitsChange,
    directories,
    problem,
    changed_path: changed?.path ?? null,
    changed_files: changed?.count ?? 0,
    changed_at: time(changed?.atMs),
  };
}

const SKIPPED = { up: "it was still up", late: "nobody was there to start it" } as const;

function viewSchedule(job: JobRecord, nextRunAtMs: number | null) {
  const { schedule, timetable } = job;
  const skipped = timetable?.skipped ?? null;
  return {
    schedule: describeSchedule(schedule!),
    ...nextRunAtMs !== null
      ? { next_run_at: toIsoTime(nextRunAtMs) }
      : !isScheduled(job) && { next_run_at: null },
    ...skipped !== null &&
      { skipped_at: toIsoTime(skipped.dueMs), skipped_reason: SKIPPED[skipped.why] },
  };
}

function problemOf(job: JobRecord): JobView["problem"] {
  if (job.fault !== undefined) return "bad_record";
  return isUp(job.status) && job.reason === UNSUPERVISED ? "unsupervised" : null;
}

/** One execution as `show` tells it. */
export function toRunView(run: RunRecord, files: RunFiles): RunView {
  return {
    run_id: run.runId,
    run: run.run,
    pid: run.process?.pid ?? null,
    outcome: run.outcome,
    exit_code: run.exitCode,
    signal: run.signal,
    reason: run.reason,
    started_at: toIsoTime(run.startedAtMs),
    finished_at: time(run.finishedAtMs),
    duration_ms: run.finishedAtMs === null ? null : Math.max(0, run.finishedAtMs - run.startedAtMs),
    stdout_path: files.stdout,
    stderr_path: files.stderr,
    is_good: isGoodRun(run),
    ready_at: time(run.readyAtMs),
    unready_reason: run.unreadyReason,
    ...viewFacts(run.facts),
  };
}

function viewFacts({ cause, asked, oomDuring, gaveUpAfter }: RunFacts): Partial<RunView> {
  return {
    ...cause !== undefined && { cause },
    ...asked !== undefined && { asked },
    ...oomDuring !== undefined && { oom_kills: oomDuring },
    ...gaveUpAfter !== undefined && { gave_up_after: gaveUpAfter },
  };
}
