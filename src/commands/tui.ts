import { AppError } from "../base/app_error.ts";
import type { Command } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";

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
  async run(ctx, args) {
    expectNoOperands(args, "tui");
    if (ctx.env("TERM") === "dumb") {
      throw new AppError("usage.no_terminal", "imp tui needs a terminal that can move its cursor", {
        hint: "TERM says that this one cannot; there are imp list --watch and imp logs -f",
      });
    }
    if (ctx.json || !ctx.stdout.isTerminal || !ctx.stdin.isTerminal) {
      throw new AppError("usage.no_terminal", "imp tui needs a terminal", {
        hint: "For programs there are imp status stream --json and imp events --json",
      });
    }
    // Before the screen, so that what is wrong with the daemon is said on the user's own.
    const first = await ctx.client();
    const { ScreenTerminal, importForProduction } = await import("../platform/screen_terminal.ts");
    const { attachOnScreen } = await import("./attach/attach_on_screen.ts");
    const { callLine } = await import("./screen/call_line.ts");
    const { pageOutput } = await import("./screen/page_output.ts");
    const { tellDetails } = await import("./screen/tell_details.ts");
    const { runTui } = await importForProduction(() => import("../tui/run_tui.ts"));
    await using terminal = ScreenTerminal.open();
    return await runTui({
      daemonId: ctx.daemonId,
      logsDir: ctx.paths.logsDir,
      color: ctx.color,
      clock: ctx.clock,
      signal: ctx.signal,
      terminal,
      first,
      connect: (how) => ctx.connect(how),
      attach: (client, job) => attachOnScreen(ctx, { client, job, terminal }),
      details: (client, options) => tellDetails(ctx, client, options),
      call: (client, words) => callLine(ctx, client, words),
      page: (what) => pageOutput(ctx, what),
    });
  },
};
