import { isTable, memberOf } from "../../config/plain_table.ts";
import type { Imported, ImportedJob, Importer, ImportInput } from "./importer.ts";
import { literal, pathOrHere, shellText } from "./marked_text.ts";
import { readProcessComposeLife } from "./process_compose_life.ts";
import { readProcessComposeProbes } from "./process_compose_probes.ts";
import { REPLICA_MARK } from "./process_compose_template.ts";
import { readProcessComposeTree } from "./process_compose_tree.ts";
import { readEnvTable } from "./read_env_table.ts";
import { fromDir } from "./relative_path.ts";
import { SourceTable } from "./source_table.ts";
import type { WrittenEdge, WrittenJob, WrittenProject } from "./written_job.ts";

const DOTENV = ".env";
const KEPT = "imp keeps all output: imp logs";
const REASONS: Readonly<Record<string, string>> = {
  log_location: KEPT,
  log_configuration: KEPT,
  is_daemon: "imp supervises what stays in the foreground",
  is_elevated: "imp runs all as you",
  success_exit_codes: "imp knows 0 alone for a good end",
  env_cmds: "imp runs nothing to read a file",
  mcp: "imp has no tools of a project",
  mcp_server: "imp has no tools of a project",
  extends: "there is no such process",
  is_interactive: "see `tty` and `stdin`",
};
/** How it shows things, and what holds anyway. */
const OF_IT = [
  ...["version", "log_level", "log_length", "log_format", "is_strict", "is_tui_disabled"],
  ...["ordered_shutdown", "disable_env_expansion"],
];
const OF_PROCESS = [
  ...["disable_ansi_colors", "truncate_log", "is_template_disabled", "launch_timeout_seconds"],
  ...["monitor_for", "monitor_silence_threshold"],
];

/** Files of process-compose, with what they extend and their override. */
export const processCompose: Importer = {
  kind: "process-compose",
  names: [/^process-compose\.ya?ml$/, /^compose\.ya?ml$/],
  recognizes: ({ path, text }) => /\.ya?ml$/.test(path) && /^processes\s*:/m.test(text),
  read: readProcessCompose,
};

async function readProcessCompose(input: ImportInput): Promise<Imported> {
  const { files, losses } = input;
  const tree = await readProcessComposeTree(input);
  const top = SourceTable.of(tree, losses);
  const processes = top.table("processes");
  const tasks = findTasks(tree.data.processes);
  const hasDotenv = files.read(DOTENV) !== undefined;
  const jobs = (processes?.names ?? []).flatMap((name) => {
    const process = processes!.table(name)?.ofJob(name);
    return process === undefined ? [] : readProcess(process, { name, input, tasks, hasDotenv });
  });
  const isEverywhere = jobs.every(({ job }) => job.env_file?.[0]?.path === DOTENV);
  const project: WrittenProject = {
    name: optional(top.text("name"), literal),
    env: readEnvTable(top, "environment"),
    env_file: isEverywhere && jobs.length > 0 ? [{ path: DOTENV, required: false }] : undefined,
    shell: readShell(top),
  };
  // Its templates are filled in.
  top.pass(...OF_IT, "vars");
  top.finish(REASONS);
  return { project, jobs: withCopies(isEverywhere ? jobs.map(withoutDotenv) : jobs) };
}

function withoutDotenv(process: Process): Process {
  const files = process.job.env_file!.slice(1);
  return { ...process, job: { ...process.job, env_file: files.length > 0 ? files : undefined } };
}

/** Without a word it takes bash. */
function readShell(top: SourceTable): readonly string[] | undefined {
  const shell = top.table("shell");
  const program = shell?.text("shell_command") ?? "bash";
  const flag = shell?.text("shell_argument") ?? "-c";
  shell?.pass("elevated_shell_command", "elevated_shell_argument");
  shell?.finish();
  return program === "sh" && flag === "-c" ? undefined : [program, flag].map(literal);
}

interface ProcessOptions {
  readonly name: string;
  readonly input: ImportInput;
  /** The processes that others wait for to be completed. */
  readonly tasks: ReadonlySet<string>;
  readonly hasDotenv: boolean;
}

/** A job, and how many there are of it. */
interface Process extends ImportedJob {
  readonly copies: number;
}

function readProcess(
  process: SourceTable,
  { name, input, tasks, hasDotenv }: ProcessOptions,
): Process[] {
  const { dir } = input.files;
  const cwd = optional(process.text("working_dir"), (path) => fromDir(path, dir));
  const text = process.text("command");
  const words = process.texts("entrypoint");
  const copies = process.number("replicas") ?? 1;
  const isTask = tasks.has(name);
  const depends_on = readEdges(process);
  const job: WrittenJob = {
    command: text !== undefined ? shellText(text) : words?.map(literal),
    description: optional(process.text("description"), literal),
    cwd: cwd === undefined || cwd === "." ? undefined : literal(pathOrHere(cwd)),
    env: readEnvTable(process, "environment"),
    env_file: readEnvFiles(process, { cwd, hasDotenv }),
    task: isTask ? true : undefined,
    depends_on,
    ...readProcessComposeProbes(process, { cwd, dir }),
    ...readProcessComposeLife(process),
    autostart: isDisabled(process) ? false : undefined,
    groups: readGroups(process),
    tty: process.flag("is_tty") === true ? true : undefined,
  };
  process.pass(...OF_PROCESS, "vars");
  for (const key of ["is_daemon", "is_elevated", "is_interactive"]) {
    if (process.flag(key) === true) process.lose(key, REASONS[key]!);
  }
  process.finish(REASONS);
  return [{ name, job, copies: Number.isInteger(copies) && copies > 0 ? copies : 1 }];
}

function optional<Value, Result>(
  value: Value | undefined,
  change: (value: Value) => Result,
): Result | undefined {
  return value === undefined ? undefined : change(value);
}

/** `.env` is read for every process, unless it is said not to be. */
function readEnvFiles(
  process: SourceTable,
  { cwd = ".", hasDotenv }: { cwd: string | undefined; hasDotenv: boolean },
): WrittenJob["env_file"] {
  const given = process.text("env_file");
  const isOff = process.flag("is_dotenv_disabled") === true;
  const path = given === undefined || given.startsWith("/")
    ? given
    : fromDir(`${cwd}/${given}`, "/");
  const files = [
    ...hasDotenv && !isOff ? [{ path: DOTENV, required: false }] : [],
    ...path === undefined ? [] : [{ path: literal(path), required: true }],
  ];
  return files.length === 0 ? undefined : files;
}

const CONDITIONS: Readonly<Record<string, WrittenEdge>> = {
  process_started: "started",
  process_healthy: "ready",
  process_log_ready: "ready",
  process_completed: "completed",
  process_completed_successfully: "completed",
};

function readEdges(process: SourceTable): WrittenJob["depends_on"] {
  const needs = process.table("depends_on");
  if (needs === undefined) return undefined;
  const edges = needs.names.map((name): [string, WrittenEdge] => {
    const edge = needs.table(name);
    const condition = edge?.text("condition");
    if (condition === "process_completed") {
      edge!.lose("condition", "completed is with code 0 here");
    }
    edge?.finish();
    const known = Object.hasOwn(CONDITIONS, condition ?? "") ? CONDITIONS[condition!] : undefined;
    if (condition !== undefined && known === undefined) edge!.lose("condition", "imp has no such");
    return [name, known ?? "started"];
  });
  return Object.fromEntries(edges);
}

/** What others wait for until it is completed, and what is not started again. */
function findTasks(processes: unknown): ReadonlySet<string> {
  if (!isTable(processes)) return new Set();
  const lasts = (name: string) =>
    memberOf(memberOf(memberOf(processes, name), "availability"), "restart") === "always";
  const needed = Object.values(processes).flatMap((process) => {
    const needs = isTable(process) && isTable(process.depends_on) ? process.depends_on : {};
    return Object.entries(needs).filter(([, edge]) =>
      isTable(edge) && /^process_completed/.test(String(edge.condition))
    ).map(([name]) => name);
  });
  return new Set(needed.filter((name) => !lasts(name)));
}

function isDisabled(process: SourceTable): boolean {
  const flags = ["disabled", "is_disabled", "is_foreground"].map((key) => process.flag(key));
  return flags.includes(true);
}

function readGroups(process: SourceTable): readonly string[] | undefined {
  const names = process.texts("namespace")?.filter((name) => name !== "default");
  return names === undefined || names.length === 0 ? undefined : names.map(literal);
}

/** Copies are jobs of their own, and who waits for one waits for all. */
function withCopies(processes: readonly Process[]): ImportedJob[] {
  const namesOf = new Map(processes.map((each) => [each.name, copyNames(each)]));
  return processes.flatMap(({ name, job, copies }) =>
    namesOf.get(name)!.map((copy, number) => {
      const depends_on = job.depends_on && Object.fromEntries(
        Object.entries(job.depends_on).flatMap(([other, edge]) =>
          (namesOf.get(other) ?? [other]).map((each) => [each, edge] as const)
        ),
      );
      const env = copies > 1 ? { PC_REPLICA_NUM: String(number), ...job.env } : job.env;
      return {
        name: copy,
        job: numbered({ ...job, env, depends_on }, String(number)) as WrittenJob,
      };
    })
  );
}

/** A value with the number of a copy where it belongs. */
function numbered(value: unknown, number: string): unknown {
  if (typeof value === "string") return value.replaceAll(REPLICA_MARK, number);
  if (Array.isArray(value)) return value.map((each) => numbered(each, number));
  if (!isTable(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, numbered(each, number)]),
  );
}

function copyNames({ name, copies }: Process): string[] {
  if (copies === 1) return [name];
  const width = String(copies).length;
  return Array.from({ length: copies }, (_, at) => `${name}-${String(at).padStart(width, "0")}`);
}
