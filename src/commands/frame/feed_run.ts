import { AppError } from "../../base/app_error.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { AddReply } from "../../protocol/reply.ts";
import type { CommandContext } from "./command.ts";
import { endJobStdin, openJobStdin, passOn, type RunStdin } from "./job_stdin.ts";
import { readStdin } from "./own_stdin.ts";
import { writeNote } from "./write.ts";

/** Our stdin on its way into a run, in the background. */
export interface Feeding {
  /** Rejects when our stdin cannot be read, or passed on; never resolves. */
  readonly failed: Promise<never>;
}

/** What says that the run is over, or takes nothing more: that is no failure, whatever is left. */
const OVER = ["job.stdin_closed", "job.not_up", "job.not_found", "job.stdin_ended"];

/**
 * Passes our stdin on to the run, byte for byte, and its end; that of one which was up already stays open, as others may
 * send to it, too.
 * @throws AppError `job.no_stdin`, `job.stdin_ended` of a run that was up already
 */
export async function feedRun(
  ctx: CommandContext,
  client: DaemonClient,
  { job, run_id: runId, action }: AddReply,
): Promise<Feeding> {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const stdin = await openJobStdin(ctx, client, { job: job.id, runId }).catch((error) => {
    if (!isOver(error) || action === "joined") throw error;
  });
  if (stdin !== undefined) {
    const isShared = action === "joined";
    feed(ctx, client, { stdin, isShared }).catch((error) => {
      if (!isOver(error) && error !== ctx.signal.reason) failed.reject(error);
    });
  }
  return { failed: failed.promise };
}

async function feed(
  ctx: CommandContext,
  client: DaemonClient,
  { stdin, isShared }: { stdin: RunStdin; isShared: boolean },
): Promise<void> {
  using writer = stdin.writer;
  await passOn(ctx, { source: readStdin(ctx), signal: ctx.signal, writer });
  if (!isShared) return await endJobStdin(ctx, client, stdin);
  await writeNote(
    ctx,
    `the stdin of job ${stdin.job} stays open, as it was up before; imp send ${stdin.job} --eof ends it`,
  );
}

function isOver(error: unknown): boolean {
  return error instanceof AppError && OVER.includes(error.code);
}
