import type { LoadedProject, RightProject } from "../project/load_project.ts";
import type { Trouble } from "../project/trouble.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { countOf } from "./output/count_of.ts";
import { writeJson, writeNote } from "./frame/write.ts";
import { describeTroubles, loadProjectFile } from "./frame/project_file.ts";

/** `imp check`: whether a project file is right. */
export const command: Command = {
  usage: ["check [FILE]"],
  description:
    "Reads the project file, with imp.local.* over it and with this environment, and tells " +
    "everything that is wrong, each with line and column. Needs no daemon and starts nothing.",
  flags: [],
  operands: "files",
  examples: [
    { command: "imp check", what: "the imp.yaml of this project" },
    { command: "imp check apps/api/imp.toml", what: "another one" },
    { command: "imp check --json | jq -r '.problems[].message'", what: "for other programs" },
  ],
  output: "A line on stdout when all is right, else a line for each mistake on stderr: " +
    "FILE:LINE:COLUMN: KEY: MESSAGE. A glob of watch or inputs " +
    "that matches nothing is told, and is no mistake. With --json one object with files, ok, " +
    "jobs (their names), problems and warnings.",
  exitCodes: { 0: "the file is right", 2: "it is not, there is none, or wrong usage" },
  async run(ctx, args) {
    const loaded = await loadProjectFile(ctx, args, "check");
    const isRight = loaded.troubles.length === 0;
    const warnings = "plan" in loaded ? await findWarnings(loaded) : [];
    if (ctx.json) await writeJson(ctx, toJson(loaded, warnings));
    else if (!isRight) {
      await ctx.stderr.write(`${(await describeTroubles(loaded)).join("\n")}\n`);
    } else await tellRight(ctx, loaded, warnings);
    return isRight ? 0 : 2;
  },
};

async function findWarnings(loaded: RightProject): Promise<Trouble[]> {
  const { findIdleGlobs } = await import("./project/idle_globs.ts");
  return await findIdleGlobs(loaded);
}

async function tellRight(
  ctx: CommandContext,
  loaded: LoadedProject,
  warnings: readonly Trouble[],
): Promise<void> {
  if (ctx.quiet || !("plan" in loaded)) return;
  if (warnings.length > 0) {
    const { formatTrouble } = await import("../project/trouble.ts");
    for (const warning of warnings) await writeNote(ctx, formatTrouble(warning));
  }
  const tasks = loaded.plan.jobs.filter(({ task }) => task).length;
  const kinds = tasks === 0 ? "" : `, ${tasks} of them ${tasks === 1 ? "a task" : "tasks"}`;
  const jobs = countOf(loaded.plan.jobs.length, "job");
  await ctx.stdout.write(`${loaded.files.join(" and ")}: right, ${jobs}${kinds}\n`);
}

function toJson(loaded: LoadedProject, warnings: readonly Trouble[]): unknown {
  return {
    files: loaded.files,
    ok: loaded.troubles.length === 0,
    jobs: "plan" in loaded ? loaded.plan.jobs.map(({ name }) => ({ name })) : [],
    problems: loaded.troubles,
    warnings,
  };
}
