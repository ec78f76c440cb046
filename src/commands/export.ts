import { AppError } from "../base/app_error.ts";
import { findNearest } from "../base/nearest.ts";
import type { Exported, Loss } from "../project/export/exported.ts";
import { EXPORT_TARGETS } from "../project/export/export_targets.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { resolveFrom } from "./frame/resolve_from.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";
import { countOf } from "./output/count_of.ts";
import { readProject } from "./project/read_project.ts";

const TARGETS = Object.keys(EXPORT_TARGETS);
/** Whoever has lost more than this reads the remarks. */
const MOST_TOLD = 20;

/** `imp export`: the jobs of a project for another tool. */
export const command: Command = {
  usage: [`export ${TARGETS.join("|")} [FILE] [--output DIR [--force]] [--strict]`],
  description:
    "Writes the jobs of the project file as files of another tool: units of systemd for a user, a " +
    "Procfile, a process-compose.yaml, a compose.yaml, or a job of Nomad for each. Variables are " +
    "filled in with this environment, ports get a number, files of variables are named and not " +
    "read. What the other tool does not do stands in the text as a remark, and is told. Needs no " +
    "daemon and starts nothing.",
  flags: [
    {
      name: "output",
      short: "o",
      value: "DIR",
      summary: "Write the files into this directory, in place of printing",
      complete: "directories",
    },
    { name: "force", short: "f", summary: "Write also over files that are there" },
    { name: "strict", summary: "Fail, and write nothing, when something is not carried over" },
  ],
  operands: TARGETS,
  examples: [
    {
      command: "imp export systemd -o ~/.config/systemd/user",
      what: "a unit for each job, and a target",
    },
    {
      command: "imp export process-compose > process-compose.yaml",
      what: "a file beside imp.yaml",
    },
    { command: "imp export nomad --strict", what: "only if nothing is lost" },
  ],
  output:
    "The text on stdout, of several files with a line of its name above each, and on stderr what " +
    "is not carried over. With --output a line for each file. With --json one object with target, " +
    "files and losses.",
  exitCodes: {
    0: "done, with or without losses",
    1: "with --strict something is not carried over, or a file cannot be written",
    2: "the project file is wrong, there is none, or wrong usage",
    6: "a file is there, and no --force",
  },
  async run(ctx, args) {
    const [target, ...operands] = args.operands;
    const load = exporterOf(target);
    const asked = new Set<string>();
    const plan = await readProject(noting(ctx, asked), `export ${target}`, { operands });
    const { toExportable } = await import("../project/export/exportable.ts");
    const project = toExportable(plan, { projectId: ctx.daemonId, path: ctx.env("PATH") });
    const exported = (await load())(project);
    if (args.has("strict")) await expectWhole(ctx, exported);
    const paths = await writeFiles(ctx, exported, args);
    if (ctx.json) await writeJson(ctx, toJson(target!, exported, paths));
    else await tell(ctx, exported, { paths, asked });
    return 0;
  },
};

/** @throws AppError `usage.missing_word`, `usage.unknown_target` */
function exporterOf(target: string | undefined) {
  const load = target === undefined ? undefined : EXPORT_TARGETS[target];
  if (load) return load;
  const hint = `imp export ${TARGETS.join("|")}`;
  if (target === undefined) {
    throw new AppError("usage.missing_word", "For which tool?", { hint });
  }
  const near = findNearest(target, TARGETS);
  throw new AppError("usage.unknown_target", `imp cannot write for ${JSON.stringify(target)}`, {
    hint: near === undefined ? hint : `Did you mean ${near}?`,
  });
}

/** The same context, which notes the variables that the file asks for and that are set. */
function noting(ctx: CommandContext, asked: Set<string>): CommandContext {
  const env = (name: string) => {
    const value = ctx.env(name);
    if (value !== undefined) asked.add(name);
    return value;
  };
  return Object.create(ctx, { env: { value: env } });
}

/** @throws AppError `export.lossy` */
async function expectWhole(ctx: CommandContext, { losses }: Exported): Promise<void> {
  if (losses.length === 0) return;
  if (!ctx.json) await tellLosses(ctx, losses);
  throw new AppError(
    "export.lossy",
    `${countOf(losses.length, "thing")} would not be carried over`,
    {
      hint: "Without --strict they stand in the text as remarks",
    },
  );
}

/** @throws AppError `project.exists`, `project.unwritable` */
async function writeFiles(
  ctx: CommandContext,
  { files }: Exported,
  args: ParsedArgs,
): Promise<string[]> {
  const output = args.value("output");
  if (output === undefined) return [];
  const dir = resolveFrom(ctx, output);
  const { targetKindOf } = await import("../platform/read_regular_file.ts");
  expectDirectory(output, targetKindOf(dir));
  const named = files.map(({ name, text }) => ({
    path: `${dir.replace(/\/+$/, "")}/${name}`,
    text,
  }));
  if (!args.has("force")) named.forEach(({ path }) => expectNone(path, targetKindOf(path)));
  const { writeMadeFile } = await import("../platform/create_file.ts");
  for (const { path, text } of named) writeMadeFile(path, text);
  return named.map(({ path }) => path);
}

/** @throws AppError `usage.bad_directory` */
function expectDirectory(path: string, kind: string): void {
  if (kind === "absent" || kind === "a directory") return;
  throw new AppError("usage.bad_directory", `Not a directory: ${JSON.stringify(path)}`, {
    hint: "--output takes the directory that the files are written into",
  });
}

/** @throws AppError `project.exists` */
function expectNone(path: string, kind: string): void {
  if (kind === "absent") return;
  throw new AppError("project.exists", `There is already ${path}`, {
    hint: "--force writes over it",
  });
}

interface Outcome {
  /** Of what was written. */
  readonly paths: readonly string[];
  /** The variables that were filled in. */
  readonly asked: ReadonlySet<string>;
}

async function tell(
  ctx: CommandContext,
  { files, losses }: Exported,
  { paths, asked }: Outcome,
): Promise<void> {
  if (paths.length > 0) {
    if (!ctx.quiet) await writeLines(ctx, paths.map((path) => `Wrote ${path}`));
  } else {
    const heading = (name: string) => files.length === 1 ? "" : `# ${name}\n`;
    await ctx.stdout.write(files.map(({ name, text }) => `${heading(name)}${text}`).join("\n"));
  }
  await tellLosses(ctx, losses);
  if (asked.size > 0) {
    await writeNote(ctx, `written as they are here and now: ${[...asked].join(", ")}`);
  }
}

async function tellLosses(ctx: CommandContext, losses: readonly Loss[]): Promise<void> {
  for (const { job, what } of losses.slice(0, MOST_TOLD)) {
    await writeNote(ctx, `not carried over: ${job === undefined ? "" : `${job}: `}${what}`);
  }
  const more = losses.length - MOST_TOLD;
  if (more > 0) await writeNote(ctx, `and ${countOf(more, "thing")} more`);
}

function toJson(target: string, { files, losses }: Exported, paths: readonly string[]): unknown {
  return {
    target,
    files: files.map(({ name, text }, index) => ({ name, path: paths[index] ?? null, text })),
    losses: losses.map(({ job: job_name = null, what }) => ({ job_name, what })),
  };
}
