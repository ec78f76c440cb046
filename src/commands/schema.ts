import schema from "../../docs/imp.schema.json" with { type: "json" };
import type { Command } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";

/** `imp schema`: the JSON Schema of project files. */
export const command: Command = {
  usage: ["schema"],
  description:
    "Prints the JSON Schema of project files, by which editors complete and explain keys. " +
    "A file names it in its first line: # yaml-language-server: $schema=FILE",
  flags: [],
  examples: [{ command: "imp schema > imp.schema.json", what: "a file for your editor" }],
  output: "JSON Schema (draft 2020-12). With --json in one line.",
  exitCodes: { 0: "done", 2: "wrong usage" },
  async run(ctx, args) {
    expectNoOperands(args, "schema");
    await ctx.stdout.write(`${JSON.stringify(schema, null, ctx.json ? 0 : 2)}\n`);
    return 0;
  },
};
