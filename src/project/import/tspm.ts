import { parseTree } from "../parse_tree.ts";
import { durationText } from "./duration_text.ts";
import type { Imported, ImportedJob, Importer, ImportInput } from "./importer.ts";
import { literal, shellText } from "./marked_text.ts";
import { memorySize } from "./memory_size.ts";
import { readWatch } from "./read_watch.ts";
import { fromDir } from "./relative_path.ts";
import { readWords, scriptCommand } from "./script_command.ts";
import type { SourceFiles } from "./source_files.ts";
import { SourceTable } from "./source_table.ts";
import type { WrittenJob, WrittenProbe } from "./written_job.ts";

const COPIES = "imp has no copies; write a job for each";
const HOOK = "imp has no hooks: a task that others depend on is one";
const KEPT = "imp keeps all output: imp logs";
const BACKOFF = "it is said for all jobs: `daemon: { backoff_initial: …, backoff_max: … }`";

const REASONS: Readonly<Record<string, string>> = {
  ...{ instances: COPIES, instanceVar: COPIES, lbStrategy: COPIES, instanceWeight: COPIES },
  ...{ preStart: HOOK, postStart: HOOK, preStop: HOOK, postStop: HOOK },
  ...{ log: KEPT, outFile: KEPT, errFile: KEPT, stdout: KEPT, stderr: KEPT },
  ...{ restartDelay: BACKOFF, minRestartDelay: BACKOFF, maxRestartDelay: BACKOFF },
  ...{ restartBackoff: BACKOFF, minUptime: BACKOFF },
  waitReady: "imp hears no process.send; say when it is ready by `ready`",
  listenTimeout: "imp hears no process.send; say when it is ready by `ready`",
  nice: "imp has jobs as nice as who starts them",
  maxCpu: "imp has no limit of the processor",
  deploy: "imp deploys nothing",
  webhooks: "imp calls nobody: imp events",
};

/** Files of tspm (TypeScript process managers of that name), as far as they are known. */
export const tspm: Importer = {
  kind: "tspm",
  names: [/^tspm(\.config)?\.(ya?ml|jsonc?)$/],
  recognizes: ({ path, text }) => /(^|\/)tspm\./.test(path) && /"?processes"?\s*:/.test(text),
  read: readTspm,
};

async function readTspm({ file, files, losses }: ImportInput): Promise<Imported> {
  const top = SourceTable.of(await parseTree(file), losses);
  const group = top.text("namespace");
  const jobs = top.tables("processes").map((each) => readProcess(each, { files, group }));
  top.finish(REASONS);
  return { jobs };
}

function readProcess(
  given: SourceTable,
  { files, group }: { files: SourceFiles; group: string | undefined },
): ImportedJob {
  const name = given.text("name") ?? given.text("id") ?? "job";
  const table = given.ofJob(name);
  const cwd = table.text("cwd") ?? table.text("projectDir");
  const line = table.text("command");
  const [namespace, envFile] = [table.text("namespace") ?? group, table.text("envFile")];
  const killTimeout = table.number("killTimeout");
  const description = table.text("description");
  const script = scriptCommand({
    script: table.text("script"),
    args: readWords(table, "args"),
    interpreter: table.text("interpreter"),
    options: [],
    cwd,
  }, files);
  const job: WrittenJob = {
    command: script ?? (line === undefined ? undefined : shellText(line)),
    description: description === undefined ? undefined : literal(description),
    cwd: cwd === undefined ? undefined : literal(fromDir(cwd, files.dir)),
    env: readEnv(table),
    env_file: envFile === undefined ? undefined : [{ path: literal(envFile), required: true }],
    restart: readRestart(table),
    stop: killTimeout === undefined ? undefined : { timeout: durationText(killTimeout) },
    watch: readWatch(table, { ignore: "ignoreWatch", delay: "watchDelay" }),
    memory_limit: readMemory(table),
    health: readHealth(table),
    groups: namespace === undefined ? undefined : [literal(namespace)],
  };
  if (script !== undefined) table.lose("command", "`script` counts");
  if (table.text("instances") === "1") table.pass("instances");
  else table.lose("instances", COPIES);
  if ((table.text("execMode") ?? "fork") !== "fork") table.lose("execMode", COPIES);
  table.pass("logDateFormat", "logType", "mergeLogs", "pidFile", "labels");
  table.finish(REASONS);
  return { name, job };
}

function readEnv(table: SourceTable): WrittenJob["env"] {
  const env = table.table("env");
  const entries = (env?.names ?? []).map((name) => [name, env!.text(name)] as const)
    .flatMap(([name, value]) => value === undefined ? [] : [[name, literal(value)] as const]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** All again that ends, but no more often than that. */
function readRestart(table: SourceTable): string | undefined {
  const most = table.number("maxRestarts");
  if (table.flag("autorestart") === false) return undefined;
  return most === undefined ? "always" : `on-failure:${most}`;
}

/** A number is of MiB. */
function readMemory(table: SourceTable): string | undefined {
  const key = table.has("maxMemory") ? "maxMemory" : "memoryLimit";
  const text = table.text(key);
  if (text === undefined) return undefined;
  const size = memorySize(/^\d+$/.test(text) ? `${text}M` : text);
  if (size === undefined) table.lose(key, "it is no size such as 300M");
  return size;
}

function readHealth(table: SourceTable): WrittenProbe | undefined {
  const check = table.table("healthCheck");
  if (check === undefined) return undefined;
  const isOn = check.flag("enabled") === true;
  const protocol = check.text("protocol") ?? "http";
  const [host, port] = [check.text("host") ?? "localhost", check.text("port")];
  const [path, command] = [check.text("path") ?? "/", check.text("command")];
  const [interval, timeout] = [check.number("interval"), check.number("timeout")];
  const [retries, delay] = [check.number("retries"), check.number("initialDelay")];
  if (protocol === "command" || protocol === "tcp") check.lose("expectedStatus", "of HTTP alone");
  const status = check.number("expectedStatus");
  if (check.text("method") !== "GET") check.lose("method", "imp asks by GET");
  check.finish();
  const target = protocol === "command"
    ? command === undefined ? undefined : { command: shellText(command) }
    : port === undefined
    ? undefined
    : protocol === "tcp"
    ? { tcp: literal(`${host}:${port}`) }
    : { http: literal(`${protocol}://${host}:${port}${path}`) };
  if (!isOn || target === undefined) {
    table.lose("healthCheck", isOn ? "there is no port, or no command" : "it is not enabled");
    return undefined;
  }
  return {
    ...target,
    ...status === undefined || !("http" in target) ? {} : { status: [status] },
    ...interval === undefined ? {} : { interval: durationText(interval) },
    ...timeout === undefined ? {} : { timeout: durationText(timeout) },
    ...retries === undefined ? {} : { retries },
    ...delay === undefined ? {} : { grace: durationText(delay) },
  };
}
