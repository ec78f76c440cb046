import { findNearest } from "../base/nearest.ts";
import { settingKeyOf } from "../config/settings.ts";
import type { TreePath } from "./project_tree.ts";
import { JOB_KEYS } from "./schema.ts";

const JOB_NAMES = Object.keys(JOB_KEYS);

/** What other tools call it, and what is written here instead. */
type Translations = Readonly<Record<string, string>>;

const READY_LOG = "ready: { log: PATTERN }";
const KEPT = "not needed: imp keeps all output, see `imp logs`";

/** Words for a job, of process-compose, pitchfork, docker compose, pm2, mprocs, supervisord, systemd and others. */
const JOB_WORDS: Translations = {
  ...same("cwd", "working_dir dir directory workdir workingdirectory projectdir chdir"),
  ...same("env", "environment vars variables"),
  ...same("env_file", "environmentfile env_files dotenv envfile"),
  ...same("command", "run cmd script exec execstart start"),
  ...same("command: [PROGRAM, ARGUMENT]", "args entrypoint interpreter node_args argv"),
  ...same("shell: [bash, -c]", "shell_command shell_argument"),
  ...same("depends_on", "depends needs after requires wants dependencies deps"),
  ...same("ready", "readiness_probe healthcheck wait_ready"),
  ...same(READY_LOG, "ready_log_line ready_output"),
  ...same("ready: { http: URL }", "ready_http ready_url"),
  ...same("ready: { tcp: PORT }", "ready_port"),
  ...same("ready: { command: … }", "ready_cmd ready_command"),
  ...same("ready: { delay: TIME }", "ready_delay"),
  ...same("health", "liveness_probe liveness watchdog"),
  ...same("restart", "availability autorestart auto_restart restart_policy"),
  ...same("restart: on-failure:MAX", "retry retries max_restarts startretries"),
  ...same("stop", "shutdown"),
  ...same("stop: { signal: … }", "stop_signal stopsignal kill_signal killsignal"),
  ...same(
    "stop: { timeout: … }",
    "stop_timeout stop_grace_period kill_timeout stopwaitsecs timeoutstopsec",
  ),
  ...same("stop: { command: … }", "stop_command execstop"),
  ...same("memory_limit", "max_memory_restart mem_limit memory memorymax max_memory"),
  ...same("schedule: { cron: … }", "cron cron_restart"),
  ...same("schedule: { every: … }", "interval every"),
  ...same("groups", "namespace namespaces profiles group tags"),
  ...same("ports: { http: … }", "port expect bump"),
  ...same("autostart", "auto enabled"),
  ...same("autostart: false", "disabled"),
  ...same("confirm", "blocked"),
  ...same("inputs", "sources outputs"),
  ...same("tty: true", "is_tty is_interactive interactive"),
  ...same("watch: { paths: …, ignore: … }", "ignore_watch watch_delay ignore"),
  ...same(
    KEPT,
    "log_location log_configuration out_file error_file log_file stdout_logfile stderr_logfile merge_logs log_date_format",
  ),
  ...same(
    "a job for each (copies of one another are what anchors are for)",
    "replicas instances numprocs scale",
  ),
  ...same(
    "a job that runs `docker compose up NAME`",
    "image build volumes networks container_name",
  ),
  ...same("a command that stays in the foreground", "is_daemon daemonize background"),
  ...same("a task that depends on it", "hooks on_ready on_start pre_start post_start execstartpre"),
  ...same("`defaults`, or an anchor with `<<`", "extends template inherit"),
  ...same("not needed: a job is its user's", "user uid sudo"),
  ...same("description", "title label comment"),
};

const PROJECT_WORDS: Translations = {
  ...same("jobs", "processes services apps daemons programs procs job scripts commands"),
  ...same("jobs, with `task: true`", "tasks"),
  ...same("env", "environment vars variables"),
  ...same("env_file", "env_files dotenv"),
  ...same("shell: [bash, -c]", "shell_command shell_argument"),
  ...same("not needed: there is one version", "version"),
  ...same(
    "imp.local.yaml, which is laid over this file",
    "extends include includes import override",
  ),
  ...same(KEPT, "log_location log_format"),
  ...same("daemon", "settings config"),
};

const PROBE_WORDS: Translations = {
  ...same("http", "http_get url"),
  ...same("tcp", "tcp_socket port"),
  ...same("command", "exec test cmd"),
  ...same("log", "output pattern regex log_line"),
  ...same("interval", "period_seconds period"),
  ...same("timeout", "timeout_seconds"),
  ...same("within", "start_period total"),
  ...same("retries", "failure_threshold success_threshold"),
  ...same("not needed: an early try costs nothing", "initial_delay_seconds initial_delay"),
};

const STOP_WORDS: Translations = {
  ...same("timeout", "timeout_seconds grace grace_period"),
};

const EDGE_WORDS: Translations = { ...same("for", "condition when") };

const WATCH_WORDS: Translations = {
  ...same("paths", "include files globs path"),
  ...same("ignore", "exclude"),
  ...same("debounce", "delay"),
  ...same("do", "action"),
};

function same(here: string, words: string): Translations {
  return Object.fromEntries(words.split(" ").map((word) => [word, here]));
}

/** What is said of a key that is not known. */
export interface KeyExplanation {
  readonly message: string;
  readonly hint?: string;
}

/** What is meant by a key that is not known there: `path` is that of the table. */
export function explainKey(
  name: string,
  path: TreePath,
  known: readonly string[],
): KeyExplanation {
  const plain = name.toLowerCase().replaceAll("-", "_");
  const words = wordsFor(path);
  const here = Object.hasOwn(words, plain) ? words[plain] : undefined;
  if (here !== undefined) {
    return { message: here.startsWith("not needed") ? here : `here ${quote(here)}` };
  }
  if (path.length === 0 && settingKeyOf(plain)) {
    return { message: `here \`daemon: { ${plain}: … }\`` };
  }
  if (path[0] === "defaults" && path.length === 1 && JOB_NAMES.includes(name)) {
    return { message: "is for one job, not for all" };
  }
  const near = findNearest(plain, known);
  return near === undefined
    ? { message: "no such key", hint: `known are ${known.join(", ")}` }
    : { message: "no such key", hint: `did you mean ${near}?` };
}

/** What is to be written is quoted, a remark is not. */
function quote(here: string): string {
  return /^[a-z_]+(:|$)/.test(here) ? `\`${here}\`` : here;
}

function wordsFor(path: TreePath): Translations {
  if (path.length === 0) return PROJECT_WORDS;
  const isJob = (path[0] === "jobs" && path.length === 2) || path.length === 1;
  if (isJob) return JOB_WORDS;
  const table = path[path[0] === "jobs" ? 2 : 1];
  return {
    ready: PROBE_WORDS,
    health: PROBE_WORDS,
    stop: STOP_WORDS,
    watch: WATCH_WORDS,
    depends_on: EDGE_WORDS,
  }[
    String(table)
  ] ?? {};
}
