import { AppError } from "../base/app_error.ts";
import type { ImportedProject } from "../project/import/import_project.ts";
import type { Source } from "../project/import/find_source.ts";
import { IMPORT_KINDS } from "../project/import/import_kinds.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";
import { countOf } from "./output/count_of.ts";

const FILE = "imp.yaml";
/** Whoever has lost more than this reads the remarks. */
const MOST_TOLD = 20;

/** `imp import`: an imp.yaml of what another tool is told by. */
export const command: Command = {
  usage: [
    "import [FILE|DIR] [--from KIND] [--env NAME] [--scripts NAMES] [--write [--force]] [--strict]",
  ],
  description:
    "Reads what another tool is told by and prints an imp.yaml that does the same: of the file " +
    "that is named, else of the best that lies in the directory. What tool it is of is told by " +
    "its name and what is in it. What cannot be carried over stands in it as a remark, and is " +
    "told. A file of JavaScript is run by your node, where it can read the project and no " +
    "other file, write and start nothing, and see no variable but by its name. Starts no job, and needs no daemon.",
  flags: [
    {
      name: "from",
      value: "KIND",
      summary: `What tool it is of, where that cannot be told: ${IMPORT_KINDS.join(", ")}`,
      complete: IMPORT_KINDS,
    },
    {
      name: "scripts",
      value: "NAMES",
      summary: "Which scripts of package.json, or tasks of deno.json: dev,worker",
    },
    { name: "write", short: "w", summary: "Write imp.yaml beside it, in place of printing" },
    { name: "force", short: "f", summary: "Write also over an imp.yaml that is there" },
    { name: "env", value: "NAME", summary: "Which environment of an ecosystem file: env_NAME" },
    { name: "no-eval", summary: "Refuse what is a program, such as ecosystem.config.js" },
    { name: "strict", summary: "Fail, and print nothing, when something is not carried over" },
  ],
  operands: "files",
  examples: [
    { command: "imp import", what: "what lies here" },
    { command: "imp import Procfile --write", what: "one file, into imp.yaml" },
    { command: "imp import --scripts dev,build", what: "these scripts of package.json" },
    { command: "imp import ../shop --strict > imp.yaml", what: "another directory, whole or not" },
  ],
  output:
    "The text of an imp.yaml on stdout, and on stderr what is not carried over. With --write " +
    "a line with the file. With --json one object with kind, sources, file, jobs, losses and yaml.",
  exitCodes: {
    0: "done, with or without losses",
    1: "with --strict something is not carried over, or the file cannot be written",
    2: "nothing that imp can read is there, or wrong usage",
    6: "there is a project file, and no --force",
  },
  async run(ctx, args) {
    const { chooseSource, chosenScripts } = await import("./project/choose_source.ts");
    const { source, files } = await chooseSource(ctx, args);
    const { importSource } = await import("./project/import_source.ts");
    const imported = await importSource(ctx, source, {
      files,
      profile: args.value("env"),
      scripts: chosenScripts(args),
      mayEvaluate: !args.has("no-eval"),
    });
    if (imported.jobs.length === 0) await tellNone(ctx, source, imported);
    if (args.has("strict")) await expectWhole(ctx, imported);
    const file = args.has("write") ? `${files.dir}/${FILE}` : undefined;
    if (file !== undefined) await writeFile(file, { text: imported.yaml, args });
    if (ctx.json) await writeJson(ctx, toJson(source, { imported, file }));
    else await tell(ctx, { source, imported, file });
    return 0;
  },
};

/** @throws AppError `import.none` */
async function tellNone(
  ctx: CommandContext,
  { importer, files: [file] }: Source,
  imported: ImportedProject,
): Promise<never> {
  if (!ctx.json) await tellLosses(ctx, imported);
  throw new AppError("import.none", `There is no job in ${file.name}, read as ${importer.kind}`, {
    hint: "--from KIND says of what tool it is",
  });
}

/** @throws AppError `import.lossy` */
async function expectWhole(ctx: CommandContext, imported: ImportedProject): Promise<void> {
  if (imported.lossCount === 0) return;
  if (!ctx.json) await tellLosses(ctx, imported);
  const what = countOf(imported.lossCount, "thing");
  throw new AppError("import.lossy", `${what} would not be carried over`, {
    hint: "Without --strict they stand in the file as remarks",
  });
}

/** @throws AppError `project.exists`, `project.unwritable` */
async function writeFile(
  file: string,
  { text, args }: { text: string; args: ParsedArgs },
): Promise<void> {
  const { createUserFile, writeMadeFile } = await import("../platform/create_file.ts");
  if (args.has("force")) return writeMadeFile(file, text);
  const { expectNoProject } = await import("./project/expect_no_project.ts");
  expectNoProject(file.slice(0, file.lastIndexOf("/")), "--force writes over it");
  createUserFile(file, text);
}

interface Outcome {
  readonly source: Source;
  readonly imported: ImportedProject;
  readonly file: string | undefined;
}

async function tell(ctx: CommandContext, { source, imported, file }: Outcome): Promise<void> {
  const names = source.files.map(({ name }) => name).join(" and ");
  const jobs = countOf(imported.jobs.length, "job");
  if (file === undefined) await ctx.stdout.write(imported.yaml);
  else if (!ctx.quiet) await writeLines(ctx, [`Wrote ${FILE} with ${jobs} from ${names}`]);
  await tellLosses(ctx, imported);
  if (file === undefined) await writeNote(ctx, `${jobs} from ${names}`);
  else await writeNote(ctx, "imp check looks it over, imp up has it up");
}

async function tellLosses(ctx: CommandContext, imported: ImportedProject): Promise<void> {
  const { describeLoss } = await import("./project/describe_loss.ts");
  for (const loss of imported.losses.slice(0, MOST_TOLD)) await writeNote(ctx, describeLoss(loss));
  const more = imported.lossCount - MOST_TOLD;
  if (more > 0) await writeNote(ctx, `and ${countOf(more, "thing")} more`);
}

function toJson(
  { importer, files }: Source,
  { imported, file = null }: { imported: ImportedProject; file: string | null | undefined },
): unknown {
  return {
    kind: importer.kind,
    sources: files.map(({ path }) => path),
    file,
    jobs: imported.jobs.map((each) => ({ name: each })),
    losses: imported.losses.map(({ file: name, line = null, key, job: job_name = null, why }) => ({
      ...{ file: name, line, job_name, key, why },
    })),
    yaml: imported.yaml,
  };
}
