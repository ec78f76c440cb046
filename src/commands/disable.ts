import { AppError } from "../base/app_error.ts";
import { isDaemonAlive } from "../platform/daemon_alive.ts";
import { listNames } from "../platform/log_directory.ts";
import { resolvePaths } from "../platform/paths.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { writeReport } from "./enable.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { countOf } from "./output/count_of.ts";
import { writeJson } from "./frame/write.ts";
import { watchDaemonEnd } from "../client/watch_daemon_end.ts";

/** `imp disable`: what `imp enable` did is undone. */
export const command: Command = {
  usage: ["disable [--system]"],
  description:
    "Stops the service that imp enable made, with the daemon and its jobs, and removes " +
    "it. When there is none, that is fine.",
  flags: [{ name: "system", summary: "The unit of the system, not of the user" }],
  examples: [{ command: "imp disable", what: "no service any more" }],
  output:
    "What was done, a line a step. With --json the same as imp enable, the service null when " +
    "there was none.",
  exitCodes: {
    0: "there is no service any more",
    1: "it could not be removed",
    2: "wrong usage",
    77: "not permitted",
  },
  async run(ctx, args) {
    expectNoOperands(args, "disable");
    const { disableService } = await import("../service/disable_service.ts");
    const { daemonId, env } = ctx;
    const report = await disableService({ daemonId, system: args.has("system"), env });
    if (report) {
      const actions = [...report.actions, ...await endTheRest(ctx)];
      await writeReport(ctx, { ...report, actions });
    } else if (ctx.json) await writeJson(ctx, { service: null, actions: [], notes: [] });
    else if (!ctx.quiet) await ctx.stdout.write(`There is no service of daemon "${daemonId}"\n`);
    return 0;
  },
};

/**
 * Ends what the service manager did not: a daemon that it had not started, or the jobs of one that had died. Says what it
 * did.
 */
async function endTheRest(ctx: CommandContext): Promise<string[]> {
  const { daemonId, env } = ctx;
  // A service may be all that is left of a daemon, which ctx.paths would call unknown.
  const paths = resolvePaths(daemonId, env);
  const { findService } = await import("../service/service_place.ts");
  // They are the other service's then.
  if (findService(daemonId, env)) return [];
  if (!isDaemonAlive(paths) && listNames(paths.runsDir).length === 0) return [];
  const client = await ctx.startDaemon();
  const isGone = watchDaemonEnd(ctx, client);
  const { stopped } = await client.request("shutdown", {});
  if (!await isGone()) {
    throw new AppError("daemon.still_there", `The daemon (pid ${client.hello.pid}) did not end`, {
      hint: "imp daemon logs tells what it is doing",
    });
  }
  return stopped === 0 ? [] : [`Stopped ${countOf(stopped, "job")} that the service did not have`];
}
