import type { Command } from "./command.ts";
import { writeServiceReport } from "./enable.ts";
import { expectNoOperands } from "./job_operands.ts";
import { writeJson, writeNote } from "./output/write.ts";

/** `imp disable`: what `imp enable` did is undone. */
export const command: Command = {
  usage: ["disable [--system]"],
  description:
    "Stops the service that imp enable made, and with it the daemon and its jobs, and removes it.",
  flags: [{ name: "system", summary: "The unit of the system, not of the user" }],
  examples: [{ command: "imp disable", what: "no service any more" }],
  output:
    "What was done, a line a step. With --json an object with name, path, actions and notes; " +
    "null when there was no service.",
  exitCodes: {
    0: "the service is gone",
    1: "it could not be removed",
    2: "wrong usage",
    77: "not permitted",
  },
  async run(ctx, args) {
    expectNoOperands(args, "disable");
    const { disableService } = await import("../service/disable_service.ts");
    const report = await disableService({
      daemonId: ctx.daemonId,
      system: args.has("system"),
      env: ctx.env,
    });
    if (report) await writeServiceReport(ctx, report);
    else if (ctx.json) await writeJson(ctx, null);
    else if (!ctx.quiet) await writeNote(ctx, "There is no service");
    return 0;
  },
};
