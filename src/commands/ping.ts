import type { Command } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { writeJson } from "./frame/write.ts";

/** `imp ping`: a sign of life. */
export const command: Command = {
  usage: ["ping"],
  description: "Asks the daemon for a sign of life and starts it when there is none.",
  flags: [],
  examples: [{ command: "imp ping", what: "is it there, and how fast" }],
  output: "pong from imp 0.1.0 (pid 4711) in 0.4ms. With --json version, build, pid, daemon_id " +
    "and round_trip_ms.",
  exitCodes: { 0: "it answered", ...DAEMON_EXIT_CODES },
  async run(ctx, args) {
    expectNoOperands(args, "ping");
    const client = await ctx.line();
    const sentAt = ctx.clock.monotonic();
    const reply = await client.request("ping", {});
    const roundTripMs = Math.round((ctx.clock.monotonic() - sentAt) * 100) / 100;
    if (ctx.json) {
      await writeJson(ctx, { ...reply, daemon_id: ctx.daemonId, round_trip_ms: roundTripMs });
    } else {
      await ctx.stdout.write(
        `pong from imp ${reply.version} (pid ${reply.pid}) in ${roundTripMs}ms\n`,
      );
    }
    return 0;
  },
};
