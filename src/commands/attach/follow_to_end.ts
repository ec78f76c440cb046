import { ExitCode } from "../../base/exit_code.ts";
import type { DaemonClient } from "../../client/client.ts";
import { isLockHeld } from "../../platform/file_lock.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { followJob } from "../following/follow_job.ts";
import type { CommandContext } from "../frame/command.ts";
import { exitCodeOfEnd } from "../frame/exit_code_of_end.ts";
import { isOutputLimited } from "../frame/output_flags.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import { writeJson, writeNote } from "../frame/write.ts";
import { openJobOutput } from "../output/job_output.ts";
import { callJob, nameJob } from "../output/job_text.ts";
import { tellLeft } from "../output/left_text.ts";

/**
 * Passes on what the run of a job prints, from its beginning (or where the flags say) to its end; resolves with the exit
 * code.
 * @throws the reason of `limit` when that is aborted before
 */
export async function followToEnd(
  ctx: CommandContext,
  client: DaemonClient,
  job: JobView,
  { limit, args }: FollowToEndOptions,
): Promise<number> {
  const end = await passOn(ctx, client, { job, limit, args });
  if (end !== undefined) return await endRun(ctx, client, end);
  limit?.throwIfAborted();
  return await tellHowToStop(ctx, job);
}

/** How much of it, and for how long. */
export interface FollowToEndOptions {
  readonly limit?: AbortSignal | undefined;
  /** What was typed, of which {@linkcode SHOWN_FLAGS} count. */
  readonly args: ParsedArgs;
}

/** Resolves with the job at its end; undefined after Ctrl+C. */
async function passOn(
  ctx: CommandContext,
  client: DaemonClient,
  { job, limit, args }: FollowToEndOptions & { job: JobView },
): Promise<JobView | undefined> {
  const streams = ["stdout", "stderr"] as const;
  const options = { client, job, run: job.run, streams, limit };
  if (!isOutputLimited(args)) {
    return await followJob(ctx, { ...options, output: openJobOutput(ctx) });
  }
  const { openShownOutput } = await import("../following/shown_output.ts");
  const shown = await openShownOutput(ctx, args, { job });
  try {
    const since = shown.readingOf(streams, job.run);
    return await followJob(ctx, { ...options, since, output: shown.output });
  } finally {
    await shown.end();
  }
}

/** Says of a run that has ended what is worth a word; resolves with its exit code. */
export async function endRun(
  ctx: CommandContext,
  client: DaemonClient,
  end: JobView,
): Promise<number> {
  await tellLeft(ctx, await lookAtLeft(client, end));
  return await tellEnd(ctx, end);
}

/** Somebody who still holds the output is seen at once; how many they are the daemon knows. */
async function lookAtLeft(client: DaemonClient, end: JobView): Promise<JobView> {
  const { stdout_path, stderr_path, run } = end;
  if (![stdout_path, stderr_path].some((path) => path !== null && isHeld(path))) return end;
  const found = await client.request("get_job", { job: end.id }).catch(() => undefined);
  return found?.job.run === run ? found.job : end;
}

/** Output that is gone or may not be read tells nothing. */
function isHeld(path: string): boolean {
  try {
    return isLockHeld(path);
  } catch {
    return false;
  }
}

async function tellEnd(ctx: CommandContext, job: JobView): Promise<number> {
  const { exit_code, signal, reason } = job;
  if (ctx.json) await writeJson(ctx, { type: "exit", exit_code, signal, reason, job });
  else if (exit_code === null) {
    await writeNote(ctx, `Job ${nameJob(job)} ${reason ?? "ended, and nobody knows how"}`);
  }
  return exitCodeOfEnd({ code: exit_code, signal });
}

/** Says of a job that nobody follows any more that it goes on; resolves with the exit code of that. */
export async function tellHowToStop(ctx: CommandContext, job: JobView): Promise<number> {
  // The terminal has just shown ^C there.
  if (ctx.stderr.isTerminal && !ctx.quiet) await ctx.stderr.write("\n");
  await writeNote(ctx, `Job ${nameJob(job)} goes on; stop it with: imp stop ${callJob(job)}`);
  return ExitCode.interrupted;
}
