import type { Command } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { livingContext } from "./frame/living_context.ts";
import { writeJson } from "./frame/write.ts";
import { restartDaemon } from "./frame/restart_daemon.ts";

/** `imp daemon restart`: another daemon takes over, the jobs do not notice. */
export const command: Command = {
  usage: ["daemon restart"],
  description:
    "Ends the daemon and starts a new one, which takes up the jobs: they go on all the " +
    "time. One that does not answer is killed. Starts one when none is running.",
  flags: [],
  examples: [{ command: "imp daemon restart", what: "to apply a setting that needs it" }],
  output: 'One line. With --json {"daemon_id","pid","old_pid"}.',
  exitCodes: { 0: "a new one is running", ...DAEMON_EXIT_CODES },
  async run(ctx, args) {
    expectNoOperands(args, "daemon restart");
    const { pid, oldPid } = await restartDaemon(await livingContext(ctx));
    if (ctx.json) await writeJson(ctx, { daemon_id: ctx.daemonId, pid, old_pid: oldPid });
    else if (!ctx.quiet) {
      const before = oldPid === null ? "" : `, was ${oldPid}; the jobs went on`;
      await ctx.stdout.write(`Started the daemon (pid ${pid}${before})\n`);
    }
    return 0;
  },
};
