import { isAbsolute, relative } from "@std/path/posix";
import type { JobDefinition } from "../protocol/job_definition.ts";
import { formatRestartPolicy } from "../protocol/restart_policy.ts";
import { declareProbe } from "./declare_probe.ts";
import { EnvFiles } from "./env_files.ts";
import type { ProjectTree } from "./project_tree.ts";
import { escapeTemplate, toTemplate } from "./to_template.ts";
import { writeDuration } from "./write_duration.ts";

/** A job as it is written into a file: only what is not so anyway. */
export interface DeclaredJob {
  readonly name: string;
  readonly table: Readonly<Record<string, unknown>>;
  /** Variables that look like credentials: in the place of their values stands where they come from. */
  readonly secrets: readonly string[];
}

/** Where a job is written. */
export interface DeclarationPlace {
  /** The directory of the file. */
  readonly dir: string;
  /** What the file says, whose `defaults` and `shell` hold for the job, too. */
  readonly tree: ProjectTree;
}

/** What stands in a file for a job that is called `name`. */
export function declareJob(
  name: string,
  job: JobDefinition,
  { dir, tree }: DeclarationPlace,
): DeclaredJob {
  const { files, env } = withoutThoseOfFiles(job, dir);
  const secrets = Object.keys(env).filter((each) => job.secret_env.includes(each));
  const isDefault = (key: string, value: unknown) =>
    (tree.valueAt(["defaults", key]) ?? STANDARD[key]) === value;
  const restart = formatRestartPolicy(job.restart);
  const table = {
    command: declareCommand(job.command, { ports: job.ports, shell: shellOf(tree) }),
    description: job.description === null ? undefined : escapeTemplate(job.description),
    cwd: isDefault("cwd", ".") && job.workdir === dir ? undefined : pathFrom(dir, job.workdir),
    env_file: declareFiles(files),
    env: someOf(
      Object.entries(env).map(([each, value]) => [
        each,
        secrets.includes(each) ? `\${${each}}` : toTemplate(value, job.ports),
      ]),
    ),
    ports: someOf(Object.entries(job.ports ?? {})),
    ready: job.ready === null ? undefined : declareProbe(job.ready, job.ports),
    health: job.health === null ? undefined : declareProbe(job.health, job.ports),
    restart: isDefault("restart", restart) ? undefined : restart,
    stop: declareStop(job, tree),
    schedule: declareSchedule(job),
    watch: job.watch === null ? undefined : declareWatch(job.watch),
    memory_limit: sizeOf(job.memory_limit_bytes),
    log_max_bytes: sizeOf(job.log_max_bytes),
    runs_kept: job.runs_kept ?? undefined,
    stdin: isDefault("stdin", job.stdin) ? undefined : job.stdin,
    tty: isDefault("tty", job.tty) ? undefined : job.tty,
  };
  const said = Object.entries(table).filter(([, value]) => value !== undefined);
  return { name, table: Object.fromEntries(said), secrets };
}

const STANDARD: Readonly<Record<string, unknown>> = {
  cwd: ".",
  restart: "no",
  stdin: false,
  tty: false,
};

function shellOf(tree: ProjectTree): unknown {
  return tree.valueAt(["defaults", "shell"]) ?? tree.valueAt(["shell"]) ?? ["sh", "-c"];
}

/** Text that is the shell's is written as it was typed. */
function declareCommand(
  command: readonly string[],
  { ports, shell }: { ports: JobDefinition["ports"]; shell: unknown },
): string | string[] {
  const text = command.at(-1)!;
  const before = JSON.stringify(command.slice(0, -1));
  if (before === JSON.stringify(shell) && text.trim() !== "") return text;
  return command.map((word) => toTemplate(word, ports));
}

/** What a file of variables still says needs no line of its own. */
function withoutThoseOfFiles(
  { env, env_files, secret_env }: JobDefinition,
  dir: string,
): { files: string[]; env: Record<string, string> } {
  const reader = new EnvFiles(dir);
  const fromFiles: Record<string, string> = {};
  const files = env_files.filter((path) => {
    const read = reader.read({ path, required: true });
    if ("why" in read) return false;
    const values = Object.entries(read.variables);
    const isOfUse = values.some(([name, value]) => env[name] === value) ||
      values.some(([name]) => secret_env.includes(name));
    if (isOfUse) Object.assign(fromFiles, read.variables);
    return isOfUse;
  });
  const own = Object.entries(env).filter(([name, value]) => fromFiles[name] !== value);
  return { files: files.map((path) => pathFrom(dir, path)), env: Object.fromEntries(own) };
}

function declareFiles(files: readonly string[]): string | readonly string[] | undefined {
  return files.length > 1 ? files : files[0];
}

/** From the directory of the file where it is below that, else absolute. */
function pathFrom(dir: string, path: string): string {
  const way = relative(dir, path) || ".";
  return escapeTemplate(way.startsWith("..") || isAbsolute(way) ? path : way);
}

function declareStop(
  { stop_signal, stop_timeout_ms, stop_command, ports }: JobDefinition,
  tree: ProjectTree,
): unknown {
  const command = stop_command &&
    declareCommand(stop_command, { ports, shell: shellOf(tree) });
  const standard = tree.valueAt(["defaults", "stop", "signal"]);
  const signal = stop_signal.replace(/^SIG/, "");
  return someOf([
    ...signal === (standard ?? "TERM") ? [] : [["signal", signal] as const],
    ...stop_timeout_ms === undefined ? [] : [["timeout", writeDuration(stop_timeout_ms)] as const],
    ...command === null ? [] : [["command", command] as const],
  ]);
}

function declareSchedule({ schedule }: JobDefinition): unknown {
  if (schedule === null) return undefined;
  const { cron, timezone, every_ms } = schedule;
  if (every_ms !== undefined) return { every: writeDuration(every_ms) };
  return { cron: escapeTemplate(cron!), ...timezone !== undefined && { timezone } };
}

/** A list of globs where nothing else is said. */
function declareWatch(
  { paths, ignore = [], debounce_ms, do: action }: NonNullable<JobDefinition["watch"]>,
): unknown {
  const more = someOf([
    ...ignore.length === 0 ? [] : [["ignore", ignore.map(escapeTemplate)] as const],
    ...debounce_ms === undefined ? [] : [["debounce", writeDuration(debounce_ms)] as const],
    ...action === undefined || action.action === "restart" ? [] : [
      ["do", action.action === "run" ? `run:${action.job}` : `signal:${action.signal}`] as const,
    ],
  ]);
  const globs = paths.map(escapeTemplate);
  return more === undefined ? globs : { paths: globs, ...more };
}

/** In the largest unit that it is whole in. */
function sizeOf(bytes: number | null): number | string | undefined {
  if (bytes === null) return undefined;
  const [unit, size] = SIZES.find(([, size]) => bytes > 0 && bytes % size === 0) ?? ["", 1];
  return unit === "" ? bytes : `${bytes / size}${unit}`;
}

const SIZES = [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]] as const;

function someOf(
  entries: readonly (readonly [string, unknown])[],
): Record<string, unknown> | undefined {
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
