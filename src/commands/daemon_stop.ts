import { AppError } from "../base/app_error.ts";
import type { DaemonClient } from "../client/client.ts";
import { isUp } from "../protocol/job_status.ts";
import type { ReplyOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { livingContext } from "./frame/living_context.ts";
import { countOf } from "./output/count_of.ts";
import { withProgress } from "./output/progress.ts";
import { writeSurvivors } from "./output/survivor_text.ts";
import { writeJson } from "./frame/write.ts";
import { watchDaemonEnd } from "../client/watch_daemon_end.ts";

/** `imp daemon stop`: the daemon goes, and its jobs with it unless they are to stay. */
export const command: Command = {
  usage: ["daemon stop [--keep-jobs]"],
  description: "Stops the jobs, then the daemon. With --keep-jobs the jobs go on without it, and " +
    "the next daemon takes them up.",
  flags: [{ name: "keep-jobs", summary: "Leave the jobs running for the next daemon" }],
  examples: [
    { command: "imp daemon stop", what: "jobs and daemon" },
    { command: "imp daemon stop --keep-jobs", what: "only the daemon" },
  ],
  output: 'One line. With --json {"daemon_id","pid","stopped_count","survivors":[…]}.',
  exitCodes: {
    0: "it is gone",
    1: "it is still there, or a process of its jobs is",
    2: "wrong usage",
    3: "none is running",
    69: "it does not answer",
  },
  async run(given, args) {
    expectNoOperands(args, "daemon stop");
    const ctx = await livingContext(given);
    const keepJobs = args.has("keep-jobs");
    const client = await requireClient(ctx);
    const { pid } = client.hello;
    const isGone = watchDaemonEnd(ctx, client);
    const ending = endDaemon(ctx, client, keepJobs);
    const { stopped, survivors } = await withProgress(ctx, "Stopping the daemon…", ending);
    if (!await isGone()) {
      throw new AppError("daemon.still_there", `The daemon (pid ${pid}) did not end`, {
        hint: "imp daemon logs tells what it is doing",
      });
    }
    if (ctx.json) {
      const { daemonId: daemon_id } = ctx;
      await writeJson(ctx, { daemon_id, pid, stopped_count: stopped, survivors: survivors ?? [] });
    } else if (!ctx.quiet) {
      const jobs = keepJobs ? "its jobs go on" : `${countOf(stopped, "job")} stopped`;
      await ctx.stdout.write(`Stopped the daemon (pid ${pid}), ${jobs}\n`);
    }
    if (!ctx.json) await writeSurvivors(ctx, survivors);
    return survivors === undefined ? 0 : 1;
  },
};

/** Ends the daemon, through its service manager if that owns it; says what became of its jobs. */
async function endDaemon(
  ctx: CommandContext,
  client: DaemonClient,
  keepJobs: boolean,
): Promise<ReplyOf<"shutdown">> {
  const { findService } = await import("../service/service_place.ts");
  const service = keepJobs ? undefined : findService(ctx.daemonId, ctx.env);
  const status = service && await client.request("status", {});
  // A service may be installed and this daemon still not be its own.
  if (!service || !status?.daemon.service) {
    return await client.request("shutdown", keepJobs ? { keep_jobs: true } : {});
  }
  const { stopService } = await import("../service/control_service.ts");
  await stopService(service);
  return { stopped: status.jobs.filter((job) => isUp(job.status)).length };
}

/** The running daemon's client. @throws AppError `daemon.not_running` */
export async function requireClient(ctx: CommandContext): Promise<DaemonClient> {
  const client = await ctx.tryClient();
  if (client) return client;
  throw new AppError("daemon.not_running", `No daemon "${ctx.daemonId}" is running`, {
    hint: "imp daemon start starts it, and so does the first job",
  });
}
