import { AppError } from "../../base/app_error.ts";
import { delay } from "../../base/clock.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { ToolCall } from "../../mcp/tool_box.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { awaitJobs } from "../following/await_jobs.ts";
import type { CallContext } from "./call_context.ts";
import type { Outcome } from "./describe_end.ts";
import { readOutput } from "./output_reading.ts";

/** What {@linkcode awaitJob} waits for. */
export interface AwaitJobOptions {
  readonly client: DaemonClient;
  readonly call: ToolCall;
  readonly job: JobView;
  readonly for: "exited" | "ready";
  readonly timeoutMs: number;
}

const PROGRESS_EVERY_MS = 1_000;
/** Nobody reads more of a line that is gone a second later. */
const LINE_BYTES = 200;

/** Waits for a job, telling what it prints meanwhile to who wants to know; that time is over is an outcome, too. */
export async function awaitJob(
  ctx: CallContext,
  options: AwaitJobOptions,
): Promise<{ readonly job: JobView; readonly outcome: Outcome }> {
  const { client, job: { id }, timeoutMs } = options;
  const waiting = awaitJobs(ctx, { client, jobs: [id], for: options.for, timeoutMs });
  try {
    const [job] = await withProgress(ctx, options, waiting);
    const isReady = options.for === "exited" || job!.ready || (job!.ready_at ?? null) !== null;
    return {
      job: job!,
      outcome: isReady ? options.for : isUp(job!.status) ? "timed_out" : "ended",
    };
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AppError) || error.code !== "wait.timed_out") throw error;
    const { job } = await (await ctx.source()).request("get_job", { job: id });
    return { job, outcome: "timed_out" };
  }
}

/** Tells the last line of a job once a second until something is over. */
export async function withProgress<T>(
  ctx: CallContext,
  { call, job }: Pick<AwaitJobOptions, "call" | "job">,
  waiting: Promise<T>,
): Promise<T> {
  const { onProgress } = call;
  if (onProgress === undefined) return await waiting;
  const over = new AbortController();
  const telling = async () => {
    for (;;) {
      await delay(ctx.clock, PROGRESS_EVERY_MS, over.signal);
      const { text } = await readOutput(ctx, { job, lastLines: 1, maxBytes: LINE_BYTES });
      onProgress(text === "" ? "no output yet" : text);
    }
  };
  const told = telling().catch(() => {});
  try {
    return await waiting;
  } finally {
    over.abort();
    await told;
  }
}
