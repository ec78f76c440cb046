import { AppError } from "../../base/app_error.ts";
import { STANDARD_TERMINAL } from "../../base/terminal_size.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { nameJob } from "../output/job_text.ts";

/**
 * What a job prints must not be what it is shown.
 * @throws AppError `usage.own_job` in a process of that job
 */
export function expectOther(ctx: CommandContext, job: JobView): void {
  const isOwn = ctx.env("IMP_JOB_ID") === job.id && ctx.env("IMP_JOB_DAEMON_ID") === ctx.daemonId;
  if (!isOwn) return;
  throw new AppError("usage.own_job", `You are in job ${nameJob(job)} already`, {
    hint: "What it prints would be shown in itself, without end",
  });
}

/**
 * Whether there are two terminals to be put together, ours and that of the run that goes on: it may have been started
 * before the job was to have one.
 * @throws AppError `usage.own_job`
 */
export async function sharesTerminal(
  ctx: CommandContext,
  client: DaemonClient,
  job: JobView,
): Promise<boolean> {
  const { stdin, stdout, json } = ctx;
  if (json || !stdin.isTerminal || !stdout.isTerminal) return false;
  expectOther(ctx, job);
  const { tellSize } = await import("./size_sender.ts");
  try {
    return await tellSize(client, job.id, job.terminal_size ?? STANDARD_TERMINAL);
  } catch (error) {
    // Between two runs nobody has one; and one that has ended is shown all the same.
    const isDown = error instanceof AppError && error.code === "job.not_up";
    if (isDown) return job.terminal_size !== undefined;
    throw error;
  }
}
