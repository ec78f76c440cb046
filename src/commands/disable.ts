import { AppError } from "../base/app_error.ts";
import type { Command } from "./command.ts";
import { expectNoOperands } from "./job_operands.ts";

/** `imp disable`: what `imp enable` did is undone. */
export const command: Command = {
  usage: ["disable [--system]"],
  description: "Stops the service that imp enable made and removes it.",
  flags: [{ name: "system", summary: "The unit of the system, not of the user" }],
  examples: [{ command: "imp disable", what: "no service any more" }],
  output: "What was done, a line a step.",
  exitCodes: { 0: "the service is gone", 1: "it could not be removed", 2: "wrong usage" },
  run(_ctx, args) {
    expectNoOperands(args, "disable");
    throw new AppError("service.not_there", "This build of imp knows no service manager", {
      hint: "Have yours stop calling imp daemon run",
    });
  },
};
