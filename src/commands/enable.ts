import type { ServiceOptions, ServiceReport } from "../service/enable_service.ts";
import { isDaemonAlive } from "../platform/daemon_alive.ts";
import { settingsPaths } from "../platform/paths.ts";
import { selfCommand } from "../platform/self.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { livingContext } from "./frame/living_context.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { watchDaemonEnd } from "../client/watch_daemon_end.ts";

/** `imp enable`: the service manager runs the daemon. */
export const command: Command = {
  usage: ["enable [--print] [--system]"],
  description: "Installs and starts a service that runs this project's daemon: a systemd unit on " +
    "Linux, a launchd agent on macOS. A daemon that is running hands its jobs over. imp disable " +
    "takes it back.",
  flags: [
    { name: "print", summary: "Print the unit instead of installing it" },
    { name: "system", summary: "A unit of the system, not of the user" },
  ],
  examples: [
    { command: "imp enable", what: "start the daemon with the session" },
    { command: "imp enable --print", what: "look at the unit first" },
  ],
  output: "What was done, a line a step; with --print the unit. With --json " +
    '{"service":{"manager","name","path","system"},"actions":[…],"notes":[…]}; with --print service and text.',
  exitCodes: {
    0: "the service runs",
    1: "it could not be installed or started",
    2: "wrong usage",
    69: "the daemon did not start",
    77: "not permitted",
  },
  async run(ctx, args) {
    expectNoOperands(args, "enable");
    const { describeService, enableService } = await import("../service/enable_service.ts");
    const options = await readServiceOptions(ctx, args);
    if (args.has("print")) {
      const { service, text } = describeService(options);
      if (ctx.json) await writeJson(ctx, { service: toJson(service), text });
      else await ctx.stdout.write(text);
      return 0;
    }
    const report = await enableService({
      ...options,
      clock: ctx.clock,
      isUp: () => isDaemonAlive(ctx.paths),
      leave: async () => await endDaemon(await livingContext(ctx)),
    });
    await writeReport(ctx, report);
    return 0;
  },
};

/** Prints what was done with a service. */
export async function writeReport(ctx: CommandContext, report: ServiceReport): Promise<void> {
  const { service, actions, notes } = report;
  if (ctx.json) await writeJson(ctx, { service: toJson(service), actions, notes });
  else if (!ctx.quiet) await writeLines(ctx, actions);
  for (const note of notes) await writeNote(ctx, note);
}

function toJson({ manager, name, path, system }: ServiceReport["service"]) {
  return { manager, name, path, system };
}

async function readServiceOptions(ctx: CommandContext, args: ParsedArgs): Promise<ServiceOptions> {
  const { loadSettings } = await import("../config/load_settings.ts");
  const { settings } = await loadSettings(settingsPaths(ctx.env, ctx.project.file));
  return {
    paths: ctx.paths,
    executable: selfCommand(),
    projectDir: ctx.project.dir,
    system: args.has("system"),
    env: ctx.env,
    shutdownTimeoutMs: settings.shutdownTimeoutMs,
  };
}

/** Ends a daemon that no service manager started; its jobs wait for the next one. */
async function endDaemon(ctx: CommandContext): Promise<void> {
  const client = await ctx.tryClient();
  if (!client) return;
  const isGone = watchDaemonEnd(ctx, client);
  await client.request("shutdown", { keep_jobs: true });
  await isGone();
}
