/**
 * What may stand in a project file, key by key: what the file is checked by, and the JSON Schema that editors get is
 * made of. The descriptions are those that an editor shows, and of docs/project.md.
 */
import * as z from "zod/mini";
import { DEPENDENCY_STATES } from "../protocol/dependency_state.ts";
import { HealthProbe, Probe } from "./probe_schema.ts";
import {
  anyOf,
  CommandLine,
  duration,
  Flag,
  GroupName,
  JobName,
  key,
  listOf,
  Path,
  PortName,
  PortValue,
  Prose,
  reading,
  Restart,
  Signal,
  size,
  table,
  Text,
  text,
  VariableName,
  VariableValue,
  wholeNumber,
} from "./values.ts";

const Environment = z.record(VariableName, VariableValue, "must be a table of NAME: value");

const EnvFile = anyOf("a path, or { path: …, required: false }", [
  reading("a path", Path, (path) => ({ path, required: true })),
  reading(
    "{ path: …, required: false }",
    table(
      { path: Path, required: key(Flag, "Whether it must be there.", true) },
      "{ path: …, required: false }",
    ),
    ({ path, required = true }) => ({ path, required }),
  ),
]);

const EnvFiles = anyOf("a path, { path: …, required: false }, or a list of these", [
  reading("a path", EnvFile, (file) => [file]),
  listOf(EnvFile, "files"),
]);

const Condition = z.enum(DEPENDENCY_STATES, "must be started, ready or completed");

const Edge = anyOf("started, ready, completed, or { for: …, restart: true }", [
  reading("started, ready or completed", Condition, (word) => ({ for: word })),
  table({
    for: key(Condition, "What it waits for: of a service `ready`, of a task `completed`."),
    restart: key(Flag, "Whether it is started again after the other one was.", false),
  }, "started, ready, completed, or { for: …, restart: true }"),
]);

/** What a job waits for, by name. */
export type DependencyTable = Readonly<
  Record<string, { for?: z.output<typeof Condition> | undefined; restart?: boolean | undefined }>
>;

const Dependencies = anyOf("a list of jobs, or a table such as { db: ready }", [
  listOf(JobName, "jobs"),
  z.record(JobName, Edge),
]);

const Stop = table({
  signal: key(Signal, "The signal that asks it to stop.", "TERM"),
  timeout: key(duration(), "How long that may take before KILL.", "10s"),
  command: key(CommandLine, "A command that stops it, in place of the signal."),
}, "a table such as { signal: INT, timeout: 20s }");

const WatchAction = text("restart, signal:SIGNAL or run:TASK", (word) => {
  const [, action, name = ""] = /^(restart|signal|run)(?::(.+))?$/.exec(word) ?? [];
  if (action === "restart" && name === "") return { action: "restart" as const };
  if (action === "signal") return { action: "signal" as const, signal: Signal.parse(name) };
  return action === "run" && name !== "" ? { action: "run" as const, job: name } : undefined;
}, { pattern: "^(restart|signal:.+|run:.+)$" });

const WatchTable = table({
  paths: listOf(Text, "globs"),
  ignore: key(listOf(Text, "globs"), "Globs of what is left out."),
  debounce: key(duration(), "How long it must be quiet before something is done.", "300ms"),
  do: key(WatchAction, "`restart`, `signal:HUP` or `run:TASK`.", "restart"),
}, "a table with paths");

const Watch = anyOf("a list of globs, or a table with paths", [
  reading(
    "a list of globs",
    listOf(Text, "globs"),
    (paths): z.output<typeof WatchTable> => ({ paths }),
  ),
  WatchTable,
]);

/** Of the fields of cron, from the second on, the least and the largest number. */
const CRON_FIELDS = [[0, 59], [0, 59], [0, 23], [1, 31], [1, 12], [0, 7]] as const;

const Cron = text("a time in cron's form, such as 0 3 * * *", (line) => {
  const fields = line.trim().split(/\s+/);
  if (/^@\w+$/.test(line.trim())) return line.trim();
  if (fields.length !== 5 && fields.length !== 6) return undefined;
  const isRight = fields.every((field, index) => {
    const [least, most] = CRON_FIELDS[index + 6 - fields.length]!;
    const numbers = field.replaceAll(/[\/#]\d+/g, "").match(/\d+/g) ?? [];
    return numbers.every((number) => Number(number) >= least && Number(number) <= most);
  });
  return isRight ? line.trim() : undefined;
});

const TimeZone = text("a time zone such as Europe/Berlin", (name) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    return undefined;
  }
});

const Schedule = table({
  cron: key(Cron, "When, as cron has it."),
  every: key(duration(1_000), "Or how long from one start to the next."),
  timezone: key(TimeZone, "Of cron; that of the machine without it."),
}, "a table such as { every: 1h }").check(
  z.refine(({ cron, every }) => (cron === undefined) !== (every === undefined), {
    error: "must have either cron or every",
  }),
);

const MIB = 2 ** 20;
const KIB = 1_024;

/** What may stand under a job. */
export const JOB_KEYS = {
  command: key(CommandLine, "What to run. Text is the shell's, a list of words is run as it is."),
  description: key(Prose, "What it is for."),
  cwd: key(Path, "Where to run it, from the directory of the file.", "."),
  env: key(Environment, "Environment variables, over those of whoever starts it."),
  env_file: key(EnvFiles, "Files of lines NAME=value for the environment."),
  shell: key(listOf(Text, "words"), "What runs a command that is text.", ["sh", "-c"]),
  task: key(Flag, "It runs to its end, and has succeeded with code 0.", false),
  inputs: key(
    listOf(Text, "globs"),
    "Of a task: it is passed by while these files and its command are as at its last success.",
  ),
  confirm: key(Flag, "It is started only when it is named and confirmed.", false),
  depends_on: key(Dependencies, "Jobs that come first; a service must be ready, a task completed."),
  ready: key(Probe, "How to see that it is ready; without it, it is 300 ms after its start."),
  health: key(HealthProbe, "How to see that it is still well."),
  ports: key(
    z.record(PortName, PortValue, "a table such as { http: auto }"),
    "TCP ports by name: a number, `auto` for a free one that is kept, or `{ prefer: 3000 }`.",
  ),
  restart: key(
    Restart,
    "`no`, `on-failure`, `on-failure:MAX`, `always` or `unless-stopped`.",
    "no",
  ),
  stop: key(Stop, "How it is stopped."),
  autostart: key(Flag, "Whether it starts with the others, without being named or needed.", true),
  watch: key(Watch, "Files whose change restarts it."),
  memory_limit: key(size(MIB), "What it may use with all that it starts, such as 512MiB."),
  schedule: key(Schedule, "When it is started by itself."),
  groups: key(listOf(GroupName, "groups"), "Names by which several jobs are meant at once."),
  stdin: key(Flag, "It has a stdin that `imp send` writes to.", false),
  tty: key(Flag, "It has a terminal.", false),
  log_max_bytes: key(size(64 * KIB, { zero: true }), "The output that is kept of each stream."),
  runs_kept: key(wholeNumber(1, 10_000), "How many runs are kept."),
} as const;

/** The key of a job. */
export type JobKey = keyof typeof JOB_KEYS;

/** A job as it is written, each value read. */
export type JobTable = {
  readonly [Key in JobKey]?: Exclude<z.output<(typeof JOB_KEYS)[Key]>, undefined>;
};

/** What makes no sense for several jobs at once. */
const OF_ONE_JOB = [
  "command",
  "description",
  "task",
  "inputs",
  "confirm",
  "depends_on",
  "ports",
  "schedule",
];

/** What may stand under `defaults`. */
export const DEFAULT_KEYS = Object.fromEntries(
  Object.entries(JOB_KEYS).filter(([name]) => !OF_ONE_JOB.includes(name)),
) as unknown as typeof JOB_KEYS;

/** What may stand at the top, but for `jobs`, `defaults` and `daemon`, which are read by themselves. */
export const PROJECT_KEYS = {
  name: key(Prose, "What the project is called."),
  env: key(Environment, "Environment variables for every job."),
  env_file: key(EnvFiles, "Files of lines NAME=value for every job."),
  shell: key(listOf(Text, "words"), "What runs commands that are text.", ["sh", "-c"]),
} as const;

/** The top of the file, as it is written. */
export type ProjectTable = {
  readonly [Key in keyof typeof PROJECT_KEYS]?: Exclude<
    z.output<(typeof PROJECT_KEYS)[Key]>,
    undefined
  >;
};

/** A file of environment variables, and whether it must be there. */
export type EnvFileWish = z.output<typeof EnvFile>;
