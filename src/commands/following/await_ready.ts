import { ExitCode } from "../../base/exit_code.ts";
import type { DaemonClient } from "../../client/client.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { exitCodeOfEnd } from "../frame/exit_code_of_end.ts";
import type { ReadyWait } from "../frame/wait_flag.ts";
import { formatReady, formatUnready } from "../output/ready_text.ts";
import { awaitJobs } from "./await_jobs.ts";
import { lastWords } from "./last_words.ts";

/**
 * Waits until jobs that were just started, or are up, are ready or have ended, whichever daemon tells it, and resolves
 * with them as they were then.
 * @throws AppError `wait.timed_out`; the signal's reason after Ctrl+C
 */
export async function awaitReady(
  ctx: CommandContext,
  { client, jobs, wait }: { client: DaemonClient; jobs: readonly JobView[]; wait: ReadyWait },
): Promise<JobView[]> {
  if (jobs.length === 0) return [];
  const ids = jobs.map(({ id }) => id);
  return await awaitJobs(ctx, { client, jobs: ids, for: "ready", timeoutMs: wait.timeoutMs });
}

/** Tells of each whether it is ready, with the last lines of what ended instead; returns the exit code for all. */
export async function tellReady(ctx: CommandContext, jobs: readonly JobView[]): Promise<number> {
  let code: number = ExitCode.done;
  for (const job of jobs) {
    if (hasBecomeReady(job)) {
      if (!ctx.json && !ctx.quiet) await ctx.stdout.write(`${formatReady(job)}\n`);
      continue;
    }
    code ||= codeOfUnready(job);
    if (ctx.json) continue;
    await ctx.stderr.write(`imp: ${formatUnready(job)}\n`);
    const words = await lastWords(ctx, job);
    if (words.length > 0) await ctx.stderr.write(`${words.join("\n")}\n`);
  }
  return code;
}

/** One that was ready and has ended since has been ready all the same. */
function hasBecomeReady({ ready, ready_at }: JobView): boolean {
  return ready || (ready_at ?? null) !== null;
}

/** Time is over for one that is up; any other has the code of its end, which is never that of success. */
function codeOfUnready(job: JobView): number {
  if (isUp(job.status)) return ExitCode.timedOut;
  return exitCodeOfEnd({ code: job.exit_code, signal: job.signal }) || ExitCode.failed;
}
