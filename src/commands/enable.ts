import { AppError } from "../base/app_error.ts";
import { isLockHeld } from "../platform/file_lock.ts";
import { settingsPaths } from "../platform/paths.ts";
import { selfCommand } from "../platform/self.ts";
import type { EnableServiceOptions, ServiceReport } from "../service/enable_service.ts";
import type { Command, CommandContext } from "./command.ts";
import { expectNoOperands } from "./job_operands.ts";
import { writeJson, writeLines, writeNote } from "./output/write.ts";
import type { ParsedArgs } from "./parse_args.ts";
import { waitForDaemonEnd } from "./wait_for_daemon_end.ts";

/** `imp enable`: the service manager runs the daemon. */
export const command: Command = {
  usage: ["enable [--print] [--system]"],
  description:
    "Installs and starts a service that runs this project's daemon: a systemd user unit " +
    "on Linux, a launchd agent on macOS. imp disable takes it back.",
  flags: [
    { name: "print", summary: "Print the unit instead of installing it" },
    { name: "system", summary: "A unit of the system, not of the user" },
  ],
  examples: [
    { command: "imp enable", what: "start the daemon with the session" },
    { command: "imp enable --print", what: "look at the unit first" },
  ],
  output: "What was done, a line a step; with --print the unit. With --json an object with name, " +
    "path, actions and notes, or path and text.",
  exitCodes: {
    0: "the service runs",
    1: "it could not be installed",
    2: "wrong usage",
    69: "the daemon did not start",
    77: "not permitted",
  },
  async run(ctx, args) {
    expectNoOperands(args, "enable");
    const { describeService, enableService } = await import("../service/enable_service.ts");
    const options = await serviceOptions(ctx, args);
    if (args.has("print")) {
      const { service, text } = describeService(options);
      if (ctx.json) await writeJson(ctx, { path: service.path, text });
      else await ctx.stdout.write(text);
      return 0;
    }
    await writeServiceReport(ctx, await enableService(options));
    return 0;
  },
};

/** What was done with a service; also what `imp disable` prints. */
export async function writeServiceReport(
  ctx: CommandContext,
  { service, actions, notes }: ServiceReport,
): Promise<void> {
  const { name, path } = service;
  if (ctx.json) return await writeJson(ctx, { name, path, actions, notes });
  if (!ctx.quiet) await writeLines(ctx, actions);
  for (const note of notes) await writeNote(ctx, note);
}

async function serviceOptions(
  ctx: CommandContext,
  args: ParsedArgs,
): Promise<EnableServiceOptions> {
  const { loadSettings } = await import("../config/load_settings.ts");
  const { settings } = await loadSettings(settingsPaths(ctx.env, ctx.project.file));
  return {
    paths: ctx.paths,
    executable: selfCommand(),
    projectDir: ctx.project.dir,
    system: args.has("system"),
    env: ctx.env,
    shutdownTimeoutMs: settings.shutdownTimeoutMs,
    clock: ctx.clock,
    isUp: () => isLockHeld(ctx.paths.pidFile),
    leave: () => leaveDaemon(ctx),
  };
}

/** The daemon that runs so far makes room for that of the service, which takes up its jobs. */
async function leaveDaemon(ctx: CommandContext): Promise<void> {
  const client = await ctx.tryClient();
  if (!client) return;
  await client.request("shutdown", { keep_jobs: true });
  if (await waitForDaemonEnd(ctx, client)) return;
  throw new AppError("daemon.still_there", `The daemon (pid ${client.hello.pid}) did not end`, {
    hint: "imp daemon logs tells what it is doing",
  });
}
