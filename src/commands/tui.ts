import { AppError } from "../base/app_error.ts";
import type { Command } from "./command.ts";
import { DAEMON_EXIT_CODES } from "./exit_code_texts.ts";
import { expectNoOperands } from "./job_operands.ts";

/** `imp tui`: the screen. */
export const command: Command = {
  usage: ["tui"],
  description:
    "Shows the jobs on the left and what the chosen one prints on the right, and changes " +
    "as they do. Press ? for the keys and q to leave; the jobs go on.",
  flags: [],
  examples: [{ command: "imp tui", what: "watch and control" }],
  output: "A full screen. There is no JSON: see imp events and imp status stream.",
  exitCodes: { 0: "left with q", ...DAEMON_EXIT_CODES },
  run(ctx, args) {
    expectNoOperands(args, "tui");
    if (ctx.json || !ctx.stdout.isTerminal || !ctx.stdin.isTerminal) {
      throw new AppError("usage.no_terminal", "imp tui needs a terminal", {
        hint: "For programs there are imp status stream --json and imp events --json",
      });
    }
    throw new AppError("tui.not_there", "This build of imp has no screen", {
      hint: "imp list --watch shows the jobs as they change",
    });
  },
};
