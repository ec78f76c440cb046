import { AppError } from "../../base/app_error.ts";
import { delay } from "../../base/clock.ts";
import { formatDuration } from "../../base/duration.ts";
import { judgeSilence, type SilenceVerdict } from "../../base/stuck_rule.ts";
import type { DaemonClient } from "../../client/client.ts";
import { lastWrittenAtMs } from "../../logs/last_written.ts";
import { runLogPaths } from "../../logs/log_paths.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import type { CommandContext } from "../frame/command.ts";
import { findJobs } from "../frame/find_jobs.ts";
import { livingContext } from "../frame/living_context.ts";
import { writeNote } from "../frame/write.ts";
import { callJob, nameJob } from "../output/job_text.ts";

/** Options of {@linkcode watchSilence}. */
export interface WatchSilenceOptions {
  readonly client: DaemonClient;
  /** What the jobs are called. */
  readonly jobs: readonly string[];
  /** Whether a stuck job ends it, and is not only told. */
  readonly endsIfStuck: boolean;
  /** Whether to say how long a run usually takes. */
  readonly tellsUsual: boolean;
}

/** What takes no longer is over before anybody has read how long it takes. */
const LEAST_USUAL_MS = 3_000;

/** Of this run there is nothing to be told any more: so often somebody looks whether it is another one. */
const NEXT_RUN_MS = 60_000;

/**
 * Tells of jobs that go on how long they usually take, where asked, and when one seems to be stuck: once a run. Never
 * resolves.
 * @throws AppError `wait.stuck` where that is to end it; the signal's reason
 */
export async function watchSilence(
  ctx: CommandContext,
  options: WatchSilenceOptions,
  signal: AbortSignal,
): Promise<never> {
  const living = await livingContext(ctx);
  const jobs = await findJobs(options.client, options).catch(() => []);
  await Promise.all(jobs.map(({ id }) => watchOne(living, id, options, signal)));
  return await untilAborted(signal);
}

async function watchOne(
  ctx: CommandContext,
  id: string,
  { client, endsIfStuck, tellsUsual }: WatchSilenceOptions,
  signal: AbortSignal,
): Promise<void> {
  let toldRun: number | undefined;
  for (let isFirst = true;; isFirst = false) {
    const details = await ask(client, id, signal);
    if (details === undefined) return;
    const { job } = details;
    if (isFirst && tellsUsual) await tellUsual(ctx, details);
    const verdict = judge(ctx, details);
    if (verdict.isStuck && toldRun !== job.run) {
      toldRun = job.run;
      const text = describeStuck(job, { silentMs: silenceOf(ctx, job), ...verdict });
      if (endsIfStuck) throw stuck(job, text);
      await writeNote(ctx, text);
    }
    const againInMs = verdict.isStuck ? null : verdict.againInMs;
    await delay(ctx.clock, againInMs ?? NEXT_RUN_MS, signal);
  }
}

/** Undefined where nothing can be known: of a job that is gone, while the daemon is away. */
async function ask(
  client: DaemonClient,
  job: string,
  signal: AbortSignal,
): Promise<ReplyOf<"get_job"> | undefined> {
  try {
    return await client.request("get_job", { job }, { signal });
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function judge(ctx: CommandContext, { job, runs }: ReplyOf<"get_job">): SilenceVerdict {
  const { status, ready_check = null, health_check = null, ports } = job;
  return judgeSilence({
    runs: runs.map(({ outcome, duration_ms }) => ({ outcome, durationMs: duration_ms })),
    isRunning: status === "running",
    serves: ready_check !== null || health_check !== null || ports.length > 0,
    silentMs: silenceOf(ctx, job),
  });
}

function silenceOf({ clock, paths }: CommandContext, { id, run, started_at }: JobView): number {
  const startedAtMs = started_at === null ? clock.now() : Date.parse(started_at);
  const writtenAtMs = lastWrittenAtMs(runLogPaths(paths.logsDir, id, run)) ?? 0;
  return clock.now() - Math.max(startedAtMs, writtenAtMs);
}

async function tellUsual(
  ctx: CommandContext,
  { job, usual_duration_ms: usualMs = null }: ReplyOf<"get_job">,
): Promise<void> {
  if (usualMs === null || usualMs <= LEAST_USUAL_MS || job.status !== "running") return;
  await writeNote(ctx, `Job ${nameJob(job)} usually takes ${formatDuration(usualMs)}`);
}

function describeStuck(
  job: JobView,
  { silentMs, longestMs }: { silentMs: number; longestMs: number },
): string {
  return `Job ${nameJob(job)} has said nothing for ${formatDuration(silentMs)}, longer than any ` +
    `run of it took (${formatDuration(longestMs)}): it may be stuck`;
}

function stuck(job: JobView, text: string): AppError {
  const called = callJob(job);
  return new AppError("wait.stuck", text, {
    hint:
      `It goes on; imp logs -n 20 ${called} shows what it said last, imp stop ${called} ends it`,
  });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
