import { AppError } from "../base/app_error.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { findCommand } from "./frame/find_command.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeJson } from "./frame/write.ts";

/** `imp schema`: the JSON Schema of project files, and of what commands print. */
export const command: Command = {
  usage: ["schema", "schema COMMAND", "schema --all"],
  description:
    "Prints the JSON Schema of project files, by which editors complete and explain keys. " +
    "A file names it in its first line: # yaml-language-server: $schema=FILE. With a command, that " +
    "of what it prints with --json: each of its lines is one of these. --all prints those of all " +
    "commands in one.",
  flags: [{ name: "all", summary: "What all commands print with --json" }],
  operands: "imp commands",
  examples: [
    { command: "imp schema > imp.schema.json", what: "a file for your editor" },
    { command: "imp schema list", what: "what imp list --json prints" },
    { command: "imp schema daemon stop", what: "a subcommand" },
  ],
  output: "JSON Schema (draft 2020-12). With --json in one line.",
  exitCodes: { 0: "done", 2: "no such command, or it prints no JSON" },
  async run(ctx, args) {
    const schema = await findSchema(ctx, args);
    if (ctx.json) await writeJson(ctx, schema);
    else await ctx.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    return 0;
  },
};

async function findSchema(ctx: CommandContext, args: ParsedArgs): Promise<object> {
  const name = args.operands.join(" ");
  if (args.has("all")) {
    if (name !== "") throw new AppError("usage.conflict", "Either --all or a command, not both");
    return (await import("./frame/output_schema.ts")).OUTPUT_SCHEMA;
  }
  if (name === "") {
    return (await import("../../docs/imp.schema.json", { with: { type: "json" } })).default;
  }
  const entry = findCommand(ctx.commands, name);
  if (entry === undefined) {
    const { unknownWords } = await import("./help.ts");
    throw unknownWords(ctx.commands, name);
  }
  const { commandSchema } = await import("./output/command_schema.ts");
  return commandSchema(entry.name);
}
