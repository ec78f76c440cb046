import { parseEnvFile } from "../../base/env_file.ts";
import { TextError } from "../../config/parse_text.ts";
import { AppError } from "../../base/app_error.ts";
import { parseTree } from "../parse_tree.ts";
import { ProjectTree } from "../project_tree.ts";
import type { ImportInput } from "./importer.ts";
import { SourceTable } from "./source_table.ts";
import { durationText } from "./duration_text.ts";
import { literal } from "./marked_text.ts";
import type { WrittenEnvFile, WrittenJob } from "./written_job.ts";

const OVERMIND_FILE = ".overmind.env";
const FOREMAN_FILE = ".foreman";
const ENV_FILE: WrittenEnvFile = { path: ".env", required: false };
const COPIES = "imp has no copies; write a job for each";

/** What is said of all processes of a Procfile, or of one by its name. */
export interface ProcfileSettings {
  /** The port of the first process; undefined where nobody says it. */
  readonly port?: number | undefined;
  readonly portStep?: number | undefined;
  readonly hasPorts?: boolean;
  readonly envFiles?: readonly WrittenEnvFile[] | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobOf: (process: string) => WrittenJob;
}

/** What `.foreman` and, over that, `.overmind.env` say, which lie beside a Procfile. */
export async function readProcfileSettings(input: ImportInput): Promise<ProcfileSettings> {
  const foreman = readForeman(await tableOf(FOREMAN_FILE, input));
  const overmind = readOvermind(await tableOf(OVERMIND_FILE, input));
  const hasEnv = input.files.read(ENV_FILE.path) !== undefined;
  return {
    port: overmind.port ?? foreman.port,
    portStep: overmind.portStep,
    hasPorts: overmind.hasPorts ?? true,
    envFiles: [
      ...foreman.envFiles ?? (hasEnv ? [ENV_FILE] : []),
      ...overmind.envFiles ?? [],
    ],
    env: overmind.env ?? {},
    jobOf: (process) => ({ ...foreman.jobOf(process), ...overmind.jobOf(process) }),
  };
}

/** The settings in a file, to be finished; undefined where there are none. */
async function tableOf(
  name: string,
  { files, losses }: ImportInput,
): Promise<SourceTable | undefined> {
  const text = files.read(name);
  if (text === undefined) return undefined;
  try {
    const tree = name.endsWith(".env")
      ? ProjectTree.of(parseEnvFile(text, name), name, { text, places: new Map() })
      : await parseTree({ path: name, name, text });
    return SourceTable.of(tree, losses);
  } catch (error) {
    const isWrong = [AppError, TextError, AggregateError].some((kind) => error instanceof kind);
    if (!isWrong) throw error;
    losses.add({ file: name, key: name, why: "it cannot be read" });
  }
}

/** Of YAML: the flags of foreman. */
function readForeman(table: SourceTable | undefined): ProcfileSettings {
  if (table === undefined) return { jobOf: () => ({}) };
  const envFiles = table.text("env")?.split(",").map((path) => path.trim());
  const [root, timeout] = [table.text("root"), table.number("timeout")];
  // What foreman is not told to start, it does not.
  const countOf = readFormation(table, table.has("formation") ? "formation" : "concurrency", 0);
  const settings: ProcfileSettings = {
    port: toPort(table, "port"),
    envFiles: envFiles?.map((path) => ({ path: literal(path), required: true })),
    jobOf: (process) => ({
      ...root === undefined ? {} : { cwd: literal(root) },
      ...countOf(process) === 0 ? { autostart: false } : {},
      ...timeout === undefined ? {} : { stop: { timeout: durationText(timeout * 1_000) } },
    }),
  };
  table.pass("color", "timestamp");
  table.finish({
    concurrency: "`formation` counts",
    procfile: "imp import takes the file as a word",
  });
  return settings;
}

/** Of variables: those of overmind, and what its processes inherit. */
function readOvermind(table: SourceTable | undefined): ProcfileSettings {
  if (table === undefined) return { jobOf: () => ({}) };
  const names = (key: string) =>
    table.text(`OVERMIND_${key}`)?.split(",").map((word) => word.trim());
  const [restarted, ignored, chosen] = ["AUTO_RESTART", "IGNORED_PROCESSES", "PROCESSES"].map(
    names,
  );
  const signals = new Map(
    names("STOP_SIGNALS")?.map((pair) => pair.split("=") as [string, string]),
  );
  const timeout = table.number("OVERMIND_TIMEOUT");
  const root = table.text("OVERMIND_ROOT");
  const countOf = readFormation(table, "OVERMIND_FORMATION", 1);
  const settings: ProcfileSettings = {
    port: toPort(table, "OVERMIND_PORT"),
    portStep: table.number("OVERMIND_PORT_STEP"),
    hasPorts: table.flag("OVERMIND_NO_PORT") !== true,
    envFiles: names("ENV")?.map((path) => ({ path: literal(path), required: true })),
    jobOf: (process) => {
      const isHeld = ignored?.includes(process) || chosen?.includes(process) === false ||
        countOf(process) === 0;
      const signal = signals.get(process);
      const stop = {
        ...signal === undefined ? {} : { signal },
        ...timeout === undefined ? {} : { timeout: durationText(timeout * 1_000) },
      };
      return {
        ...root === undefined ? {} : { cwd: literal(root) },
        ...restarted?.some((name) => name === process || name === "all")
          ? { restart: "always" }
          : {},
        ...isHeld ? { autostart: false } : {},
        ...Object.keys(stop).length === 0 ? {} : { stop },
      };
    },
  };
  // Of no use: no job of imp is the end of another.
  table.pass("OVERMIND_CAN_DIE", "OVERMIND_ANY_CAN_DIE", "OVERMIND_COLORS", "OVERMIND_DAEMONIZE");
  table.pass("OVERMIND_SOCKET", "OVERMIND_TITLE", "OVERMIND_NETWORK", "OVERMIND_TMUX_CONFIG");
  const others = table.names.filter((name) => !name.startsWith("OVERMIND_"));
  const env = Object.fromEntries(others.map((name) => [name, literal(table.text(name)!)]));
  table.finish({ OVERMIND_PROCFILE: "imp import takes the file as a word" });
  return { ...settings, env };
}

function toPort(table: SourceTable, key: string): number | undefined {
  const port = table.number(key);
  return port !== undefined && Number.isInteger(port) && port > 0 ? port : undefined;
}

/** How many there are of a process: `all=1,web=2`; more than one is told. */
function readFormation(
  table: SourceTable,
  key: string,
  standard: number,
): (process: string) => number {
  const text = table.text(key);
  if (text === undefined) return () => 1;
  const counts = new Map(
    text.split(",").map((pair) => pair.split("=").map((word) => word.trim()))
      .map(([name = "", count]) => [name, Number(count)]),
  );
  if ([...counts.values()].some((count) => !(count <= 1))) table.lose(key, COPIES);
  return (process) => counts.get(process) ?? counts.get("all") ?? standard;
}
