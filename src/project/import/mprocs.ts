import { isTable } from "../../config/plain_table.ts";
import { parseTree } from "../parse_tree.ts";
import type { Imported, ImportedJob, Importer, ImportInput } from "./importer.ts";
import { literal, shellText } from "./marked_text.ts";
import { fromDir } from "./relative_path.ts";
import { SourceTable } from "./source_table.ts";
import type { WrittenJob } from "./written_job.ts";

/** How its screen looks, and where it writes what imp keeps. */
const OF_SCREEN = [
  ...["hide_keymap_window", "mouse_scroll_speed", "scrollback", "proc_list_width", "log"],
  ...["proc_list_title", "keymap_procs", "keymap_term", "keymap_copy", "proc_log", "server"],
];
const CONFIG_DIR = "<CONFIG_DIR>";
const SYSTEM = "it is for another system";
const KEYS = "imp presses no keys to stop: `stop: { signal: INT }`, or `command`";

/** Files of mprocs, which is also called dekit. */
export const mprocs: Importer = {
  kind: "mprocs",
  names: ["mprocs.yaml", "mprocs.yml", "mprocs.json", "dekit.yaml", "dekit.yml"],
  recognizes: ({ text }) => /^\s*"?procs"?\s*:/m.test(text),
  read: readMprocs,
};

async function readMprocs({ file, files, losses }: ImportInput): Promise<Imported> {
  const tree = await parseTree(file);
  const top = SourceTable.of(tree, losses);
  const procs = top.table("procs");
  const jobs: ImportedJob[] = [];
  for (const name of procs?.names ?? []) {
    const short = tree.valueAt(["procs", name]);
    const job = isTable(short)
      ? readProc(procs!.table(name)!.ofJob(name), files.dir)
      : Array.isArray(short)
      ? { command: procs!.texts(name)?.map(literal) }
      : { command: shellOf(procs!.text(name)) };
    jobs.push({ name, job });
  }
  top.pass(...OF_SCREEN);
  top.finish({ on_all_finished: "imp goes on: `imp up --until JOB` ends with one" });
  return { jobs };
}

function readProc(proc: SourceTable, dir: string): WrittenJob {
  const shell = select(proc, "shell", (table, key) => table.text(key));
  const words = proc.texts("cmd");
  if (shell !== undefined && words !== undefined) proc.lose("cmd", "`shell` counts");
  const cwd = select(proc, "cwd", (table, key) => table.text(key));
  const job: WrittenJob = {
    command: shellOf(shell) ?? words?.map(literal),
    cwd: cwd === undefined ? undefined : literal(fromDir(withDir(cwd, "."), dir)),
    env: readEnv(proc),
    autostart: proc.flag("autostart") === false ? false : undefined,
    restart: proc.flag("autorestart") === true ? "always" : undefined,
    stop: readStop(proc),
    depends_on: readDependencies(proc),
  };
  proc.pass(...OF_SCREEN);
  proc.finish();
  return job;
}

/** What `{ $select: os, linux: …, $else: … }` says of a key, or the key itself. */
function select<Value>(
  table: SourceTable,
  key: string,
  read: (table: SourceTable, key: string) => Value | undefined,
): Value | undefined {
  if (!table.isTable(key)) return read(table, key);
  const choice = table.table(key)!;
  if (choice.text("$select") !== "os") choice.lose("$select", "nothing but os can be asked for");
  const chosen = ["linux", "$else", "macos"].find((each) => choice.has(each));
  const value = chosen === undefined ? undefined : read(choice, chosen);
  for (const other of choice.names) choice.lose(other, SYSTEM);
  return value;
}

function shellOf(text: string | undefined): string | undefined {
  // A block of YAML ends with a line end that says nothing.
  return text === undefined ? undefined : shellText(text.replace(/\n+$/, ""));
}

function withDir(path: string, dir: string): string {
  return path.startsWith(CONFIG_DIR) ? `${dir}${path.slice(CONFIG_DIR.length)}` : path;
}

/** Null takes a variable away, there as here. */
function readEnv(proc: SourceTable): WrittenJob["env"] {
  const table = proc.table("env");
  const entries: [string, string | null][] = [];
  for (const name of table?.names ?? []) {
    const value = select(table!, name, (from, key) => from.text(key));
    if (value !== undefined) entries.push([name, literal(value)]);
  }
  entries.push(...table?.takeNulls().map((name) => [name, null] as [string, null]) ?? []);
  const paths = select(proc, "add_path", (from, key) => from.texts(key)) ?? [];
  if (paths.length > 0) {
    const added = paths.map((path) => literal(withDir(path, "\0")).replace("\0", "${project.dir}"));
    entries.push(["PATH", ["${PATH}", ...added].join(":")]);
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function readStop(proc: SourceTable): WrittenJob["stop"] {
  if (proc.isTable("stop")) {
    const how = proc.table("stop")!;
    const command = how.text("cmd");
    how.lose("send-keys", KEYS);
    how.finish();
    return command === undefined ? undefined : { command: shellText(command) };
  }
  const word = proc.text("stop");
  if (word === undefined) return undefined;
  return { signal: word === "hard-kill" ? "KILL" : literal(word.replace(/^SIG/, "")) };
}

/** Many write `depends_on`, of which mprocs takes no notice. */
function readDependencies(proc: SourceTable): WrittenJob["depends_on"] {
  const names = [...proc.texts("deps") ?? [], ...proc.texts("depends_on") ?? []];
  return names.length === 0
    ? undefined
    : Object.fromEntries(names.map((name) => [name, "ready" as const]));
}
