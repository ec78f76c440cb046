import { AppError } from "../../base/app_error.ts";
import { readDaemonPid } from "../../client/daemon_pid.ts";
import { endMuteDaemon } from "../../client/start_daemon.ts";
import { isDaemonAlive } from "../../platform/daemon_alive.ts";
import { whyWrongSettings } from "./check_settings.ts";
import type { CommandContext } from "./command.ts";
import { watchDaemonEnd } from "../../client/watch_daemon_end.ts";
import { writeNote } from "./write.ts";

/** With wrong settings there would be no new daemon: the old one, which has good ones, stays. */
async function expectSettings(ctx: CommandContext): Promise<void> {
  const wrong = await whyWrongSettings(ctx.env, ctx.project.file);
  if (!wrong) return;
  if (isDaemonAlive(ctx.paths)) await writeNote(ctx, "The daemon goes on as it was");
  throw wrong;
}

/** Puts a new daemon in the place of the one that is there, if any; the context must be a `livingContext`. */
export async function restartDaemon(
  ctx: CommandContext,
): Promise<{ pid: number; oldPid: number | null }> {
  await expectSettings(ctx);
  const oldPid = await endDaemon(ctx);
  const { hello } = await ctx.startDaemon();
  return { pid: hello.pid, oldPid };
}

/** Ends the daemon, if there is one, and returns its pid. One that does not answer is killed: that harms no job. */
async function endDaemon(ctx: CommandContext): Promise<number | null> {
  try {
    const old = await ctx.tryClient();
    if (old === undefined) return isDaemonAlive(ctx.paths) ? await endMute(ctx) : null;
    const isGone = watchDaemonEnd(ctx, old);
    await old.request("shutdown", { keep_jobs: true });
    if (await isGone()) return old.hello.pid;
    throw new AppError("daemon.still_there", `The daemon (pid ${old.hello.pid}) did not end`, {
      hint: "imp daemon logs tells what it is doing",
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "daemon.not_answering") throw error;
    return await endMute(ctx);
  }
}

async function endMute({ paths, build, clock }: CommandContext): Promise<number | null> {
  const pid = readDaemonPid(paths);
  await endMuteDaemon({ paths, build, clock });
  return pid ?? null;
}
