import { basename, extname } from "@std/path/posix";
import { isTable } from "../../config/plain_table.ts";
import { parseTree } from "../parse_tree.ts";
import type { Imported, ImportedJob, Importer, ImportInput } from "./importer.ts";
import { isProgram, readProgram } from "./read_program.ts";
import { durationText } from "./duration_text.ts";
import { memorySize } from "./memory_size.ts";
import { readWatch } from "./read_watch.ts";
import { readWords, scriptCommand } from "./script_command.ts";
import { fromDir } from "./relative_path.ts";
import { SourceTable } from "./source_table.ts";
import { literal, markVariable } from "./marked_text.ts";
import type { WrittenCommand, WrittenEnv, WrittenJob } from "./written_job.ts";

const COPIES = "imp has no copies; write a job for each";
const KEPT = "imp keeps all output: imp logs";
const READY = "imp hears no process.send; say when it is ready by `ready`";

const REASONS: Readonly<Record<string, string>> = {
  increment_var: COPIES,
  instance_var: COPIES,
  wait_ready: READY,
  listen_timeout: READY,
  shutdown_with_message: "imp stops by a signal; see `stop`",
  min_uptime: "it is said for all jobs: `daemon: { backoff_reset: … }`",
  max_restarts: "imp does not give up, but with `restart: on-failure:MAX`",
  restart_delay: "it is said for all jobs: `daemon: { backoff_initial: … }`",
  exp_backoff_restart_delay:
    "imp waits longer from restart to restart anyway; see `backoff_initial`",
  uid: "imp runs all as you",
  gid: "imp runs all as you",
  user: "imp runs all as you",
  watch_options: "see `watch`",
  post_update: "imp fetches nothing",
  treekill: "imp ends all that a job has started",
  filter_env: "take variables away one by one: `env: { NAME: null }`",
  deploy: "imp deploys nothing",
};

const OUTPUT_FILES = [
  ...["out_file", "error_file", "output", "error", "out", "err", "log_file", "log"],
  ...["out_log", "err_log", "err_file", "disable_logs"],
];
/** How pm2 shows output, and what only its own screens and services have a use for. */
const OF_PM2 = [
  ...["log_date_format", "time", "merge_logs", "combine_logs", "log_type"],
  ...["pid_file", "pid", "pmx", "automation", "vizion", "source_map_support", "force"],
  ...["disable_source_map_support", "append_env_to_name", "deep_monitoring", "trace", "autostart"],
  ...["versioning", "tracing", "io"],
];

/** Ecosystem files of pm2: JSON, YAML, or JavaScript, which the user's own node runs. */
export const pm2: Importer = {
  kind: "pm2",
  names: [
    /^ecosystem(\.[\w-]+)?\.(config\.)?([cm]?js|json|ya?ml)$/,
    /^pm2(\.config)?\.([cm]?js|json|ya?ml)$/,
    /^process\.(json|ya?ml)$/,
    /\.config\.[cm]?js$/,
  ],
  recognizes: ({ path, text }) =>
    isProgram(path)
      ? /\bapps\b/.test(text) && /\b(script|cmd)\b/.test(text)
      : /^\s*"?apps"?\s*:/m.test(text) || /"apps"\s*:/.test(text),
  read: readEcosystem,
};

async function readEcosystem(input: ImportInput): Promise<Imported> {
  const { file, losses } = input;
  const tree = isProgram(file.path) ? await readProgram(input) : await parseTree(file);
  const top = SourceTable.of(tree, losses);
  const apps = isTable(tree.data.apps) ? [top.table("apps")!] : top.tables("apps");
  const jobs = apps.map((app) => readApp(app, input));
  top.finish(REASONS);
  return { jobs };
}

function readApp(given: SourceTable, input: ImportInput): ImportedJob {
  const script = given.text("script") ?? given.text("cmd") ?? given.text("command");
  const named = given.text("name");
  const name = named ?? basename(script ?? "", extname(script ?? ""));
  const app = given.ofJob(name);
  const cwd = app.text("cwd");
  const job: WrittenJob = {
    command: readCommand(app, script, { cwd, input }),
    cwd: cwd === undefined ? undefined : literal(fromDir(cwd, input.files.dir)),
    env: readEnv(app, input.profile),
    ...readRestart(app),
    stop: readStop(app),
    watch: readWatch(app, { ignore: "ignore_watch", delay: "watch_delay" }),
    memory_limit: readMemory(app),
    groups: readGroups(app),
  };
  const copies = app.text("instances");
  if (copies !== undefined && copies !== "1") app.lose("instances", COPIES);
  if (!/^fork/.test(app.text("exec_mode") ?? "fork")) {
    app.lose("exec_mode", "imp has no clusters: it is a process of its own");
  }
  app.pass(...OF_PM2);
  for (const key of OUTPUT_FILES) app.lose(key, KEPT);
  app.finish(REASONS);
  return { name, job };
}

function readCommand(
  app: SourceTable,
  script: string | undefined,
  { cwd, input: { files } }: { cwd: string | undefined; input: ImportInput },
): WrittenCommand | undefined {
  const args = readWords(app, "args");
  const interpreter = app.text("interpreter") ?? app.text("exec_interpreter");
  const options = ["node_args", "interpreter_args", "interpreterArgs"]
    .flatMap((key) => readWords(app, key));
  return scriptCommand({ script, args, interpreter, options, cwd }, files);
}

/** `env`, with that of the profile over it; of the others it is told that they are. */
function readEnv(app: SourceTable, profile: string | undefined): WrittenEnv | undefined {
  const keys = ["env", ...profile === undefined ? [] : [`env_${profile}`]];
  const entries = keys.flatMap((key) => {
    const table = app.table(key);
    const found = (table?.names ?? []).map((name) => [name, table!.text(name)] as const);
    table?.finish();
    return found;
  });
  for (const key of app.names.filter((name) => name.startsWith("env_"))) {
    app.lose(
      key,
      `imp has one environment: imp import --env ${key.slice("env_".length)} takes this`,
    );
  }
  // What a job inherits anyway needs not be written.
  const declared = entries.flatMap(([name, value]) =>
    value === undefined || value === markVariable(name) ? [] : [[name, literal(value)] as const]
  );
  return declared.length === 0 ? undefined : Object.fromEntries(declared);
}

/** pm2 starts all again that ends, whatever its code. */
function readRestart(app: SourceTable): Pick<WrittenJob, "restart" | "schedule"> {
  const restarts = app.flag("autorestart") ?? true;
  const codes = app.take("stop_exit_codes");
  const isDone = [codes].flat().some((code) => String(code) === "0");
  if (codes !== undefined && !isDone) {
    app.lose("stop_exit_codes", "imp knows 0 alone for a good end");
  }
  const cron = app.text("cron_restart") ?? app.text("cron");
  const most = isDone && restarts ? app.number("max_restarts") : undefined;
  const restart = isDone ? `on-failure${most === undefined ? "" : `:${most}`}` : "always";
  return {
    restart: restarts ? restart : undefined,
    schedule: cron === undefined || cron === "0" ? undefined : { cron: literal(cron) },
  };
}

/** pm2 stops by INT. */
function readStop(app: SourceTable): WrittenJob["stop"] {
  const timeout = app.number("kill_timeout");
  return { signal: "INT", ...timeout === undefined ? {} : { timeout: durationText(timeout) } };
}

function readMemory(app: SourceTable): string | undefined {
  const given = app.text("max_memory_restart");
  const size = memorySize(given);
  if (given !== undefined && size === undefined) {
    app.lose("max_memory_restart", "it is no size such as 300M");
  }
  return size;
}

function readGroups(app: SourceTable): readonly string[] | undefined {
  const group = app.text("namespace");
  return group === undefined || group === "default" ? undefined : [literal(group)];
}
