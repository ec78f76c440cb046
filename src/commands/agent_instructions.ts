import { AGENT_INSTRUCTIONS } from "./agent/agent_guide.ts";
import type { Command } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { writeJson } from "./frame/write.ts";

/** `imp agent instructions`: what to tell coding agents of imp. */
export const command: Command = {
  usage: ["agent instructions"],
  description:
    "Prints a block for AGENTS.md, CLAUDE.md or whatever your agent reads: how to run things with " +
    "imp instead of a shell's &. It writes no file.",
  flags: [],
  examples: [{ command: "imp agent instructions >> AGENTS.md", what: "tell every agent" }],
  output: 'Markdown of some 130 tokens. With --json {"text"}.',
  exitCodes: { 0: "done", 2: "wrong usage" },
  async run(ctx, args) {
    expectNoOperands(args, "agent instructions");
    if (ctx.json) await writeJson(ctx, { text: AGENT_INSTRUCTIONS });
    else await ctx.stdout.write(AGENT_INSTRUCTIONS);
    return 0;
  },
};
