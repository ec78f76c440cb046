import type { Command } from "./command.ts";
import { writeReport } from "./enable.ts";
import { expectNoOperands } from "./job_operands.ts";
import { writeJson } from "./output/write.ts";

/** `imp disable`: what `imp enable` did is undone. */
export const command: Command = {
  usage: ["disable [--system]"],
  description:
    "Stops the service that imp enable made, with the daemon and its jobs, and removes " +
    "it. When there is none, that is fine.",
  flags: [{ name: "system", summary: "The unit of the system, not of the user" }],
  examples: [{ command: "imp disable", what: "no service any more" }],
  output: "What was done, a line a step. With --json manager, name, path, system, actions and " +
    "notes, or null when there was no service.",
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
    if (report) await writeReport(ctx, report);
    else if (ctx.json) await writeJson(ctx, null);
    else if (!ctx.quiet) await ctx.stdout.write(`There is no service of daemon "${daemonId}"\n`);
    return 0;
  },
};
