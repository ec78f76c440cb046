import type { Command, CommandContext } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { writeJson, writeNote } from "./frame/write.ts";
import { countOf } from "./output/count_of.ts";
import type { FirstProjectFile } from "./project/first_project_file.ts";

const FILE = "imp.yaml";
const SCHEMA = ".imp/imp.schema.json";

/** `imp init`: a first project file, from what lies there. */
export const command: Command = {
  usage: ["init"],
  description:
    "Writes an imp.yaml for this directory, with the jobs that its Procfile, package.json or " +
    `deno.json seem to have, and ${SCHEMA}, by which editors explain its keys. ` +
    "Writes over no project file, and starts nothing.",
  flags: [],
  examples: [{ command: "imp init", what: "begin a project here" }],
  output: "A line with the file and how many jobs are in it. With --json file, schema and jobs.",
  exitCodes: {
    0: "done",
    1: "the file cannot be written",
    2: "wrong usage",
    6: "there is a project file",
  },
  async run(ctx, args) {
    expectNoOperands(args, "init");
    const dir = ctx.cwd();
    const around = ctx.project.dir;
    const { expectNoProject } = await import("./project/expect_no_project.ts");
    expectNoProject(dir);
    const { firstProjectFile } = await import("./project/first_project_file.ts");
    const { createUserFile, writeMadeFile } = await import("../platform/create_file.ts");
    const { default: schema } = await import("../../docs/imp.schema.json", {
      with: { type: "json" },
    });
    const name = dir.slice(dir.lastIndexOf("/") + 1) || "project";
    const first = await firstProjectFile(ctx, { dir, name, schema: `./${SCHEMA}` });
    createUserFile(`${dir}/${FILE}`, first.yaml);
    writeMadeFile(`${dir}/${SCHEMA}`, `${JSON.stringify(schema, null, 2)}\n`);
    if (ctx.json) {
      await writeJson(ctx, {
        file: `${dir}/${FILE}`,
        schema: `${dir}/${SCHEMA}`,
        jobs: first.jobs.map((each) => ({ name: each })),
      });
    } else await tell(ctx, first);
    // What runs below a project's directory belongs to that project, until it is one of its own.
    if (around !== dir) {
      await writeNote(
        ctx,
        `what ran here was of the project ${around}; this is one of its own now`,
      );
    }
    return 0;
  },
};

async function tell(
  ctx: CommandContext,
  { jobs, sources, lossCount }: FirstProjectFile,
): Promise<void> {
  const from = sources.length === 0 ? "" : ` from ${sources.join(" and ")}`;
  const what = jobs.length === 0 ? "without jobs" : `with ${countOf(jobs.length, "job")}${from}`;
  if (!ctx.quiet) await ctx.stdout.write(`Wrote ${FILE} ${what}\n`);
  if (lossCount === 0) return;
  await writeNote(ctx, `${countOf(lossCount, "thing")} not carried over; remarks in it say which`);
}
