import type { ReplyOf } from "../protocol/request.ts";
import type { Command } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { countOf } from "./output/count_of.ts";
import { writeSurvivors } from "./output/survivor_text.ts";
import { writeJson, writeNote } from "./frame/write.ts";

/** `imp cleanup`: what is down is forgotten. */
export const command: Command = {
  usage: ["cleanup"],
  description:
    "Removes every job that is down, with its runs and logs. Jobs that are up stay, and " +
    "those that come up when a file changes.",
  flags: [],
  examples: [{ command: "imp cleanup", what: "tidy up" }],
  output: 'One line: Removed 3 jobs. With --json {"removed":["V3x",…],"let_go":0,"survivors":[…]}.',
  exitCodes: {
    0: "done, even if there was nothing to do",
    1: "a process is still there, and so is its job",
    ...DAEMON_EXIT_CODES,
  },
  async run(ctx, args) {
    expectNoOperands(args, "cleanup");
    const source = await ctx.source();
    const isNothing = source.client === undefined &&
      (await source.request("list", {})).jobs.length === 0;
    const reply: ReplyOf<"cleanup"> = isNothing
      ? { removed: [] }
      : await (await ctx.client()).request("cleanup", {});
    if (ctx.json) {
      const { removed, let_go = 0, survivors = [] } = reply;
      await writeJson(ctx, { removed, let_go, survivors });
    } else if (!ctx.quiet) {
      await ctx.stdout.write(`Removed ${countOf(reply.removed.length, "job")}\n`);
    }
    if (reply.let_go && !ctx.json && !ctx.quiet) {
      await writeNote(ctx, `${reply.let_go} let go: left running; imp nuke ends what is left`);
    }
    if (!ctx.json) await writeSurvivors(ctx, reply.survivors);
    return reply.survivors === undefined ? 0 : 1;
  },
};
