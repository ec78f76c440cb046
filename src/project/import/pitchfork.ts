import { isPortNumber } from "../../base/ports.ts";
import { isTable, type PlainTable } from "../../config/plain_table.ts";
import { parseTree } from "../parse_tree.ts";
import type { ProjectTree, TreePath } from "../project_tree.ts";
import { splitWords } from "../../base/shell_words.ts";
import type { Imported, ImportedJob, Importer, ImportInput } from "./importer.ts";
import { literal, shellText } from "./marked_text.ts";
import { readPitchforkPorts } from "./pitchfork_ports.ts";
import { readPitchforkReady } from "./pitchfork_ready.ts";
import { fillPitchforkTemplate } from "./pitchfork_template.ts";
import { readEnvTable } from "./read_env_table.ts";
import { readOtherTree } from "./read_other_tree.ts";
import { fromDir } from "./relative_path.ts";
import { signalText } from "./signal_text.ts";
import { sizeText } from "./size_text.ts";
import { SourceTable } from "./source_table.ts";
import { humanDuration } from "./human_duration.ts";
import type { WrittenEnv, WrittenJob } from "./written_job.ts";

const KEPT = "imp keeps output by size: `log_max_bytes`, `runs_kept`";
const HOOK = "imp has no hooks: a task that waits for the job, or imp events, does it";
const REASONS: Readonly<Record<string, string>> = {
  namespaces: "every project has its own jobs",
  slugs: "imp has no proxy",
  settings: "settings of imp stand under `daemon`",
  user: "imp runs all as you",
  cpu_limit: "imp knows no limit of CPU",
  mise: "write it: mise x -- COMMAND",
  boot_start: "imp enable has the daemon, and what was up, started with you",
  auto: "nothing starts by entering a directory: imp up",
  line_retention: KEPT,
  time_retention: KEPT,
  archive_hook: KEPT,
  logs: KEPT,
};
const OUTPUT = ["logs", "line_retention", "time_retention", "archive_hook"];

/** Files of pitchfork, with the local one over each. */
export const pitchfork: Importer = {
  kind: "pitchfork",
  names: ["pitchfork.toml", ".config/pitchfork.toml"],
  recognizes: ({ path, text }) =>
    path.endsWith(".toml") && /^\s*\[daemons\.|^daemons\s*[.=]/m.test(text),
  read: readPitchfork,
};

async function readPitchfork(input: ImportInput): Promise<Imported> {
  const { losses } = input;
  const tree = filledIn(await withLocal(input), input);
  const top = SourceTable.of(tree, losses);
  const groups = readGroups(top, Object.keys(tree.data.daemons ?? {}));
  const daemons = top.table("daemons");
  const jobs = (daemons?.names ?? []).flatMap((name) => {
    const daemon = daemons!.table(name)?.ofJob(name);
    return daemon === undefined
      ? []
      : readDaemon(daemon, { name, input, groups: groups.get(name) });
  });
  const project = {
    name: literalOf(top.text("namespace")),
    env: readEnvTable(top, "env"),
    shell: readShell(top),
  };
  top.finish(REASONS);
  return { project, jobs };
}

/** Where there is a `pitchfork.local.toml` beside it, that counts first. */
async function withLocal(input: ImportInput): Promise<ProjectTree> {
  const { file, files } = input;
  const tree = await parseTree(file);
  const path = file.path.replace(/\.toml$/, ".local.toml");
  if (files.read(fromDir(path, files.dir)) === undefined) return tree;
  const local = await readOtherTree(path, input);
  return local === undefined ? tree : tree.mergedWith(local);
}

const TEMPLATES = ["run", "env", "hooks", "ready_cmd", "ready_http", "ready_port", "ready_output"];

function filledIn(tree: ProjectTree, { losses, files }: ImportInput): ProjectTree {
  return tree.withTexts((text, path: TreePath) => {
    const [top, name = "", key] = path;
    if (top !== "daemons" || !TEMPLATES.includes(String(key))) return text;
    const dir = tree.valueAt([top, name, "dir"]);
    return fillPitchforkTemplate(text, {
      name: String(name),
      namespace: tree.valueAt(["namespace"]),
      dir: typeof dir === "string"
        ? (dir.startsWith("/") ? dir : `${files.dir}/${dir}`)
        : files.dir,
      hasPort: (daemon, index) => {
        const data = tree.valueAt(["daemons", daemon]);
        return isTable(data) && typeof data.run === "string" && index < countPorts(data);
      },
      onStrange: (written) => {
        const { file, line } = tree.spotOf(path);
        const why = `${written} has no form here`;
        losses.add({ file, line, job: String(name), key: path.slice(2).join("."), why });
      },
    });
  });
}

function countPorts({ port, expected_port }: PlainTable): number {
  const given = port === undefined ? expected_port : isTable(port) ? port.expect : port;
  const ports = given === undefined ? [] : [given].flat();
  return ports.every((each) => each === 0 || isPortNumber(Number(each))) ? ports.length : 0;
}

function readGroups(
  top: SourceTable,
  known: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const byDaemon = new Map<string, string[]>();
  const groups = top.table("groups");
  for (const name of groups?.names ?? []) {
    const group = groups!.table(name);
    const members = (group?.texts("daemons") ?? [])
      .map((daemon) => daemon.slice(daemon.indexOf("/") + 1));
    if (members.some((daemon) => !known.includes(daemon))) {
      group!.lose("daemons", "one of them is not there");
    }
    for (const short of members) {
      byDaemon.set(short, [...byDaemon.get(short) ?? [], literal(name)]);
    }
    group?.finish();
  }
  return byDaemon;
}

/** Of the settings, that which decides what a command is. */
function readShell(top: SourceTable): readonly string[] | undefined {
  const settings = top.table("settings");
  const general = settings?.table("general");
  const shell = general?.text("shell");
  general?.finish(REASONS);
  for (const name of settings?.names ?? []) settings!.lose(name, REASONS.settings!);
  const words = shell === undefined ? undefined : splitWords(shell);
  return words === undefined || words.join(" ") === "sh -c" ? undefined : words.map(literal);
}

function literalOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : literal(text);
}

interface DaemonOptions {
  readonly name: string;
  readonly input: ImportInput;
  readonly groups: readonly string[] | undefined;
}

function readDaemon(daemon: SourceTable, { name, input, groups }: DaemonOptions): ImportedJob[] {
  const run = daemon.text("run");
  const dir = daemon.text("dir")?.replace(/^~(?=\/|$)/, () => input.env("HOME") ?? "~");
  const cwd = dir === undefined ? undefined : literal(fromDir(dir, input.files.dir));
  const { ports, env: given } = readPitchforkPorts(daemon, run ?? "");
  const env = { ...given, ...readEnvTable(daemon, "env") };
  const hooks = daemon.table("hooks");
  const onReady = hooks?.text("on_ready");
  for (const key of hooks?.names ?? []) hooks!.lose(key, HOOK);
  const job: WrittenJob = {
    command: run === undefined ? undefined : shellText(run),
    cwd,
    env: Object.keys(env).length === 0 ? undefined : env,
    depends_on: readDepends(daemon),
    ready: readPitchforkReady(daemon),
    ports,
    restart: readRetry(daemon),
    stop: readStop(daemon),
    watch: readWatch(daemon, cwd),
    memory_limit: readMemory(daemon),
    schedule: readCron(daemon),
    groups,
    tty: daemon.flag("pty") === true ? true : undefined,
  };
  for (const key of OUTPUT) daemon.lose(key, KEPT);
  for (const key of ["mise", "boot_start"]) {
    if (daemon.flag(key) === true) daemon.lose(key, REASONS[key]!);
  }
  daemon.pass("watch_mode");
  daemon.finish(REASONS);
  if (onReady === undefined || run === undefined) return [{ name, job }];
  const task: WrittenJob = {
    command: shellText(onReady),
    cwd,
    env: envOfHook(name, job),
    task: true,
    depends_on: { [name]: "ready" },
  };
  return [{ name, job }, { name: `${name}-on-ready`, job: task }];
}

/** What a hook sees: the variables of its daemon, with the ports of that. */
function envOfHook(name: string, { env = {}, ports = {} }: WrittenJob): WrittenEnv | undefined {
  const [first] = Object.keys(ports);
  const all = { ...first === undefined ? {} : { PORT: `\${ports.${first}}` }, ...env };
  const entries = Object.entries(all).map(([key, value]) =>
    [
      key,
      typeof value === "string"
        ? value.replace(/(?<!\$)\$\{ports\./g, `\${jobs.${name}.ports.`)
        : value,
    ] as const
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function readDepends(daemon: SourceTable): WrittenJob["depends_on"] {
  const names = daemon.texts("depends") ?? [];
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, "ready" as const]));
}

function readRetry(daemon: SourceTable): string | undefined {
  const isEndless = daemon.take("retry") === true;
  if (isEndless) return "on-failure";
  const count = daemon.has("retry") && daemon.take("retry") !== false
    ? daemon.number("retry")
    : undefined;
  return count === undefined || count < 1 ? undefined : `on-failure:${count}`;
}

function readStop(daemon: SourceTable): WrittenJob["stop"] {
  const given = daemon.take("stop_signal");
  if (given === undefined) return undefined;
  const table = typeof given === "string" ? undefined : daemon.table("stop_signal");
  const word = typeof given === "string" ? given : table?.text("signal");
  const signal = word === undefined ? undefined : signalText(word);
  if (word !== undefined && signal === undefined) {
    if (table) table.lose("signal", "there is no such signal");
    else daemon.lose("stop_signal", "there is no such signal");
  }
  const text = table?.text("timeout");
  const timeout = text === undefined ? undefined : humanDuration(text);
  if (text !== undefined && timeout === undefined) table!.lose("timeout", "it is no duration");
  table?.finish();
  if (signal === undefined && timeout === undefined) return undefined;
  return {
    ...signal === undefined ? {} : { signal },
    ...timeout === undefined ? {} : { timeout },
  };
}

/** Globs are from the file, those of imp from the job's directory. */
function readWatch(daemon: SourceTable, cwd: string | undefined): WrittenJob["watch"] {
  const globs = daemon.texts("watch") ?? [];
  if (globs.length === 0) return undefined;
  const up = cwd === undefined || cwd === "." ? "" : cwd.split("/").map(() => "../").join("");
  const within = (glob: string) =>
    cwd !== undefined && glob.startsWith(`${cwd}/`) ? glob.slice(cwd.length + 1) : `${up}${glob}`;
  if (cwd?.startsWith("/")) {
    daemon.lose("watch", "globs are from the job's directory, which is elsewhere");
    return undefined;
  }
  return { paths: globs.map((glob) => literal(within(glob))), debounce: "1s" };
}

function readMemory(daemon: SourceTable): string | number | undefined {
  const text = daemon.text("memory_limit");
  const size = text === undefined ? undefined : sizeText(text);
  if (text !== undefined && size === undefined) {
    daemon.lose("memory_limit", "it is no size such as 512MiB");
  }
  return size;
}

function readCron(daemon: SourceTable): WrittenJob["schedule"] {
  const given = daemon.take("cron");
  if (given === undefined) return undefined;
  if (typeof given === "string") return { cron: literal(given) };
  const table = daemon.table("cron");
  const cron = table?.text("schedule");
  if (table?.flag("immediate") === true) table.lose("immediate", "start it by hand");
  const retrigger = table?.text("retrigger");
  if (retrigger !== undefined && retrigger !== "finish") {
    table!.lose("retrigger", "one run at a time");
  }
  table?.finish();
  return cron === undefined ? undefined : { cron: literal(cron) };
}
