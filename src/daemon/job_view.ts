import { toIsoTime } from "../base/clock.ts";
import type { JobView, RunView } from "../protocol/job_view.ts";
import { formatRestartPolicy } from "../protocol/restart_policy.ts";
import type { JobRecord, RunRecord } from "../store/store.ts";
import { maskSecrets } from "./mask_secrets.ts";
import { isUp } from "../protocol/job_status.ts";
import { UNSUPERVISED } from "./job_facts.ts";
import type { LeftCount } from "./left_behind.ts";
import type { RunFiles } from "./run_host.ts";

/** What the sampler knows of a job's whole tree. */
export interface Usage {
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly ports: readonly number[];
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

/** A job as it may be shown: credentials masked, the environment left out. */
export function toJobView(
  job: JobRecord,
  run: RunRecord | undefined,
  options: { files: RunFiles | undefined; usage: Usage | undefined; left?: LeftCount },
): JobView {
  const live = run !== undefined && run.finishedAtMs === null;
  const { files, usage, left } = options;
  return {
    id: job.id,
    name: job.name,
    description: job.description,
    command: maskedCommand(job.command),
    workdir: job.workdir,
    // Whatever it did before: nobody can start it as it was asked for.
    status: job.fault === undefined || isUp(job.status) ? job.status : "failed",
    desired: job.desired,
    ready: job.status === "running",
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
    created_at: toIsoTime(job.createdAtMs),
    started_at: time(run?.startedAtMs),
    finished_at: time(run?.finishedAtMs),
    next_start_at: time(job.nextStartAtMs),
    stdout_path: files?.stdout ?? null,
    stderr_path: files?.stderr ?? null,
    ports: live ? [...usage?.ports ?? []] : [],
    cpu_percent: live ? usage?.cpuPercent ?? null : null,
    memory_bytes: live ? usage?.memoryBytes ?? null : null,
    left: left?.left ?? 0,
    let_go: left?.letGo ?? 0,
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
  };
}
