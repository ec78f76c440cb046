import { basename, dirname, extname, join } from "@std/path/posix";
import { isTable } from "../config/plain_table.ts";
import { findSettingsTroubles } from "../config/settings_troubles.ts";
import { PROJECT_FILE_NAMES, type ReadEnv } from "../platform/paths.ts";
import { targetKindOf } from "../platform/read_regular_file.ts";
import { JobChecks } from "./check_jobs.ts";
import { EnvFiles } from "./env_files.ts";
import { DraftReader, type JobDraft } from "./job_draft.ts";
import { KeyReader } from "./key_reader.ts";
import { planJob } from "./plan_job.ts";
import type { ProjectPlan } from "./project_plan.ts";
import type { FileReads } from "./project_text.ts";
import type { ProjectTree } from "./project_tree.ts";
import { type NamedFile, readProjectFile } from "./read_project_file.ts";
import { DEFAULT_KEYS, JOB_KEYS, PROJECT_KEYS } from "./schema.ts";
import { type Trouble, TroubleList } from "./trouble.ts";
import { JobName } from "./values.ts";

/** Options of {@linkcode loadProject}. */
export interface LoadProjectOptions {
  /** What `${NAME}` stands for. */
  readonly env: ReadEnv;
  readonly projectId: string;
  /** What files are called in messages. */
  readonly nameOf: (path: string) => string;
  /** What the file is to say, in the place of what it says. */
  readonly draft?: string | undefined;
}

/** A project file in which nothing is wrong. */
export interface RightProject {
  readonly files: readonly string[];
  readonly plan: ProjectPlan;
  /** What is written, with what is laid over it. */
  readonly tree: ProjectTree;
  /** All that was read for it, and what might have been laid over it. */
  readonly reads: FileReads;
  readonly troubles: [];
}

/** A project file that was read: its plan, or all that is wrong. */
export type LoadedProject =
  | RightProject
  | {
    readonly files: readonly string[];
    readonly reads: FileReads;
    readonly troubles: readonly [Trouble, ...Trouble[]];
  };

/** Reads the project file at an absolute path, with `*.local.*` beside it laid over. Starts and asks nobody. */
export async function loadProject(
  path: string,
  options: LoadProjectOptions,
): Promise<LoadedProject> {
  const troubles = new TroubleList();
  const named = (each: string): NamedFile => ({ path: each, name: options.nameOf(each) });
  const main = { ...named(path), draft: options.draft };
  const sources = [main, ...localFiles(path).map(named)];
  const reads: FileReads = new Map(localNames(path).map((each) => [each, undefined]));
  const files = sources.map(({ name }) => name);
  expectAlone(sources, troubles);
  const trees = await Promise.all(
    sources.map((source) => readProjectFile(source, { troubles, reads })),
  );
  const [tree, local] = trees;
  const isWhole = tree !== undefined && trees.every((each) => each !== undefined);
  const planned = isWhole
    ? planProject({ path, main: tree, local, reads, troubles, options })
    : undefined;
  const [first, ...others] = troubles.inOrder(files);
  if (first) return { files, reads, troubles: [first, ...others] };
  return { files, ...planned!, reads, troubles: [] };
}

const ENDINGS = [".yaml", ".yml", ".toml", ".json", ".jsonc"];

/** True for a path that has the ending of a project file. */
export function isProjectFileName(path: string): boolean {
  return ENDINGS.includes(extname(path));
}

/** What is laid over a file: `imp.local.yaml` over `imp.toml`. */
function localFiles(path: string): string[] {
  return localNames(path).filter(isThere);
}

function localNames(path: string): string[] {
  if (!isProjectFileName(path)) return [];
  const stem = join(dirname(path), basename(path, extname(path)));
  return ENDINGS.map((ending) => `${stem}.local${ending}`);
}

/** Nobody is to guess which of two counts. */
function expectAlone([main, local, second]: readonly NamedFile[], troubles: TroubleList): void {
  const start = { line: 1, column: 1, path: "" };
  const tell = (file: NamedFile, other: string) =>
    troubles.add({
      ...{ ...start, file: file.name, message: `there is also ${other}` },
      hint: "keep one of them",
    });
  if (local && second) tell(local, second.name);
  const { path } = main!;
  if (!basename(path).startsWith("imp.")) return;
  const others = PROJECT_FILE_NAMES.filter((name) => name !== basename(path));
  const other = others.find((name) => isThere(join(dirname(path), name)));
  if (other) tell(main!, other);
}

function isThere(path: string): boolean {
  try {
    return targetKindOf(path) === "file";
  } catch {
    return false;
  }
}

interface PlanningOptions {
  readonly path: string;
  readonly main: ProjectTree;
  readonly local: ProjectTree | undefined;
  readonly reads: FileReads;
  readonly troubles: TroubleList;
  readonly options: LoadProjectOptions;
}

/** What the trees come to; undefined when something is wrong, which is told. */
function planProject(
  { path, main, local, reads, troubles, options }: PlanningOptions,
): { readonly plan: ProjectPlan; readonly tree: ProjectTree } | undefined {
  const dir = dirname(path);
  const tree = local ? main.mergedWith(local) : main;
  const facts = { "project.dir": dir, "project.id": options.projectId };
  const reader = new KeyReader(tree, troubles, facts);
  reader.expectKeys([], [...Object.keys(PROJECT_KEYS), "defaults", "jobs", "daemon"]);
  checkSettings(tree, local, reader);
  const drafts = new DraftReader({ reader, envFiles: new EnvFiles(dir, reads), env: options.env });
  if (reader.tableAt(["defaults"], "a table of keys for every job")) drafts.readDefaults();
  reader.expectKeys(["defaults"], Object.keys(DEFAULT_KEYS));
  const { names, jobs } = readJobs(reader, drafts);
  const checks = new JobChecks(jobs, { names, reader, dir });
  const { order, levels } = checks.run();
  if (!troubles.isEmpty) return undefined;
  const { name, shell } = drafts.project.table;
  const byName = new Map(jobs.map((draft) => [draft.name, draft]));
  const plan = (draft: JobDraft) =>
    planJob(draft, { dir, shell, dependencies: checks.dependenciesOf(draft) });
  const planned = order.map((each) => plan(byName.get(each)!));
  return { plan: { file: path, dir, name, jobs: planned, levels }, tree };
}

function readJobs(reader: KeyReader, drafts: DraftReader) {
  const table = reader.tableAt(["jobs"], "a table of jobs by name") ?? {};
  const names = Object.keys(table);
  const jobs = names.flatMap((name) => {
    const path = ["jobs", name];
    const problem = JobName.safeParse(name).error?.issues[0];
    if (problem) reader.fail(path, problem.message, { of: "key" });
    const written = table[name] ?? {};
    if (!isTable(written)) {
      const hint = typeof written === "string" ? "write { command: … }" : undefined;
      reader.fail(path, "must be a table with a command", { hint });
      return [];
    }
    reader.expectKeys(path, Object.keys(JOB_KEYS));
    return [drafts.readJob(name, written)];
  });
  return { names, jobs };
}

/** `daemon:` is read by the daemon, which does not know of a local file. */
function checkSettings(tree: ProjectTree, local: ProjectTree | undefined, reader: KeyReader): void {
  if (local?.valueAt(["daemon"]) !== undefined) {
    reader.fail(["daemon"], "settings are read from the main file alone", { of: "key" });
  }
  for (const { name, text, hint } of findSettingsTroubles(tree.valueAt(["daemon"]))) {
    const path = name === undefined ? ["daemon"] : ["daemon", name];
    const of = hint ? "key" : "value";
    reader.fail(path, text, { of, hint: hint && lowerFirst(hint()) });
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
