import type { Command } from "./command.ts";
import { requireClient } from "./daemon_stop.ts";
import { DAEMON_EXIT_CODES } from "./exit_code_texts.ts";
import { expectNoOperands } from "./job_operands.ts";
import { writeJson, writeNote } from "./output/write.ts";

/** `imp reload`: the daemon reads its settings again. */
export const command: Command = {
  usage: ["reload"],
  description:
    "Makes the daemon read its settings again, as SIGHUP does: from the files that are there " +
    "now. When they are wrong the old ones stay.",
  flags: [],
  examples: [{ command: "imp reload", what: "after a change of imp.yaml or config.yaml" }],
  output: 'One line. With --json {"changed":[…],"needs_restart":[…],"notes":[…]}.',
  exitCodes: { 0: "done", ...DAEMON_EXIT_CODES, 2: "the settings are wrong", 3: "none is running" },
  async run(ctx, args) {
    expectNoOperands(args, "reload");
    const client = await requireClient(ctx);
    const reply = await client.request("reload", {});
    if (ctx.json) await writeJson(ctx, reply);
    else if (!ctx.quiet) {
      await ctx.stdout.write(
        reply.changed.length === 0
          ? "Read the settings again: nothing changed\n"
          : `Read the settings again: ${reply.changed.join(", ")} changed\n`,
      );
    }
    for (const note of reply.notes ?? []) await writeNote(ctx, note);
    if (reply.needs_restart.length > 0) {
      await writeNote(
        ctx,
        `${reply.needs_restart.join(", ")}: takes effect with imp daemon restart`,
      );
    }
    return 0;
  },
};
