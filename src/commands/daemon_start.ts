import type { Command } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { writeJson } from "./frame/write.ts";

/** `imp daemon start`: a daemon is there afterwards. */
export const command: Command = {
  usage: ["daemon start"],
  description: "Starts the daemon in the background and returns when it is ready. When it is " +
    "running already, that is fine.",
  flags: [],
  examples: [{ command: "imp daemon start", what: "before the first job" }],
  output: "One line. With --json daemon_id, pid, version and already_running.",
  exitCodes: { 0: "it is running", ...DAEMON_EXIT_CODES },
  async run(ctx, args) {
    expectNoOperands(args, "daemon start");
    const before = await ctx.tryClient();
    const { hello } = before ?? await ctx.startDaemon();
    const isOld = before !== undefined;
    if (ctx.json) {
      const { pid, version } = hello;
      await writeJson(ctx, { daemon_id: ctx.daemonId, pid, version, already_running: isOld });
    } else if (!ctx.quiet) {
      await ctx.stdout.write(
        isOld
          ? `The daemon is already running (pid ${hello.pid})\n`
          : `Started the daemon (pid ${hello.pid})\n`,
      );
    }
    return 0;
  },
};
