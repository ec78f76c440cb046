import { AppError } from "../base/app_error.ts";
import type { Command } from "./command.ts";
import { expectNoOperands } from "./job_operands.ts";

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
  output: "What was done, a line a step; with --print the unit.",
  exitCodes: { 0: "the service runs", 1: "it could not be installed", 2: "wrong usage" },
  run(_ctx, args) {
    expectNoOperands(args, "enable");
    throw new AppError("service.not_there", "This build of imp knows no service manager", {
      hint: "Have yours call imp daemon run",
    });
  },
};
