import type { Command, CommandContext } from "./frame/command.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import { readProject } from "./project/read_project.ts";
import { renderGraph, renderMermaid, toGraphJson } from "./output/project_graph.ts";

/** `imp graph`: what waits for what in a project. */
export const command: Command = {
  usage: ["graph [--mermaid] [FILE]"],
  description:
    "Shows the jobs of the project file in the order in which they can be started: those of one " +
    "level at once. Needs no daemon and starts nothing.",
  flags: [{ name: "mermaid", summary: "As a flowchart of Mermaid, for pages that draw one" }],
  operands: "files",
  examples: [
    { command: "imp graph", what: "the jobs of this project" },
    { command: "imp graph --mermaid > jobs.mmd", what: "a picture for its README" },
  ],
  output:
    "A table of level, job, kind and what it waits for. With --json one object with levels and jobs, or with mermaid, its text.",
  exitCodes: { 0: "done", 2: "the file is wrong, there is none, or wrong usage" },
  async run(ctx, args) {
    const plan = await readProject(ctx, "graph", args);
    const width = ctx.stdout.isTerminal ? ctx.stdout.columns : undefined;
    if (args.has("mermaid")) await tellMermaid(ctx, renderMermaid(plan));
    else if (ctx.json) await writeJson(ctx, toGraphJson(plan));
    else await writeLines(ctx, await renderGraph(plan, { color: ctx.color, width }));
    return 0;
  },
};

async function tellMermaid(ctx: CommandContext, lines: readonly string[]): Promise<void> {
  if (ctx.json) await writeJson(ctx, { mermaid: `${lines.join("\n")}\n` });
  else await writeLines(ctx, lines);
}
