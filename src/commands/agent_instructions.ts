import { AppError } from "../base/app_error.ts";
import { AGENT_INSTRUCTIONS } from "./agent/agent_guide.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeJson } from "./frame/write.ts";

const STANDARD_FILE = "AGENTS.md";

/** `imp agent instructions`: what to tell coding agents of imp. */
export const command: Command = {
  usage: ["agent instructions", "agent instructions --write [FILE]"],
  description:
    "Prints a block for AGENTS.md, CLAUDE.md or whatever your agent reads: how to run things with " +
    "imp instead of a shell's &. With --write it stands in the file between two marks, in the place " +
    "of the block that is there, else behind all else, which stays as it is.",
  flags: [{ name: "write", summary: `Into FILE, or ${STANDARD_FILE} of the project` }],
  operands: "files",
  examples: [
    { command: "imp agent instructions --write", what: "tell every agent" },
    { command: "imp agent instructions --write CLAUDE.md", what: "or one" },
  ],
  output:
    'Markdown of some 130 tokens. With --json {"text"}. With --write one line: Wrote it into ' +
    'AGENTS.md; with --json {"file","action"}, "action" is created, changed or unchanged.',
  exitCodes: {
    0: "done",
    1: "the file cannot be written",
    2: "the file is wrong, or wrong usage",
    6: "the file was changed meanwhile",
  },
  async run(ctx, args) {
    if (args.has("write")) return await write(ctx, args);
    const [word] = args.operands;
    if (word !== undefined) {
      throw new AppError(
        "usage.unexpected_word",
        `Without --write there is no file ${JSON.stringify(word)}`,
        {
          hint: `imp agent instructions --write ${word}`,
        },
      );
    }
    if (ctx.json) await writeJson(ctx, { text: AGENT_INSTRUCTIONS });
    else await ctx.stdout.write(AGENT_INSTRUCTIONS);
    return 0;
  },
};

async function write(
  ctx: CommandContext,
  { operands: [name, extra] }: ParsedArgs,
): Promise<number> {
  if (extra !== undefined) {
    throw new AppError(
      "usage.unexpected_word",
      `One file at a time, not also ${JSON.stringify(extra)}`,
    );
  }
  const { changeAgentText, wrongFile } = await import("./agent/agent_text.ts");
  const { placeBlock } = await import("./agent/instructions_block.ts");
  const path = name === undefined
    ? `${ctx.project.dir}/${STANDARD_FILE}`
    : name.startsWith("/")
    ? name
    : `${ctx.cwd()}/${name}`;
  const { action } = await changeAgentText(path, {
    isDry: false,
    change(text) {
      const placed = placeBlock(text, AGENT_INSTRUCTIONS);
      if ("wrong" in placed) throw wrongFile(path, placed.wrong);
      return placed.text === text ? undefined : placed.text;
    },
  });
  if (ctx.json) await writeJson(ctx, { file: path, action });
  else if (!ctx.quiet) {
    await ctx.stdout.write(
      action === "unchanged" ? `It is in ${path} already\n` : `Wrote it into ${path}\n`,
    );
  }
  return 0;
}
