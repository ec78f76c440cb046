import { literal, pathOrHere } from "./marked_text.ts";
import { humanDuration } from "./human_duration.ts";
import type { Imported, ImportedJob, Importer, ImportInput } from "./importer.ts";
import { fromDir } from "./relative_path.ts";
import { signalText } from "./signal_text.ts";
import { sizeText } from "./size_text.ts";
import type { SourceFile } from "./source_files.ts";
import { SourceTable } from "./source_table.ts";
import { commandOfAll, readUnitCommand, type UnitCommand } from "./systemd_command.ts";
import { readUnitEdges } from "./systemd_edges.ts";
import { readUnitEnv } from "./systemd_env.ts";
import { resolveSpecifiers, type UnitName, unitName } from "./systemd_specifiers.ts";
import { readSystemdUnit } from "./systemd_unit_tree.ts";
import type { WrittenJob } from "./written_job.ts";

const KEPT = "imp keeps all output: imp logs";
const AS_YOU = "imp runs all as you";
const REASONS: Readonly<Record<string, string>> = {
  ...{ User: AS_YOU, Group: AS_YOU, DynamicUser: AS_YOU, SupplementaryGroups: AS_YOU },
  ...{ StandardOutput: KEPT, StandardError: KEPT, SyslogIdentifier: KEPT, LogsDirectory: KEPT },
  ExecReload: "imp signal HUP JOB",
  ExecStartPost: "a task that waits for the job does it",
  ExecStopPost: "imp runs nothing after an end",
  ExecCondition: "imp starts it all the same",
  RestartSec: "it is said for all jobs: `daemon: { backoff_initial: … }`",
  TimeoutStartSec: "say how long it may take by `ready: { within: … }`",
  WatchdogSec: "imp hears no sd_notify: `health` looks whether it is well",
  PIDFile: "imp supervises what stays in the foreground",
};
const TYPES: Readonly<Record<string, string>> = {
  notify: "imp hears no sd_notify: say when it is ready by `ready`",
  "notify-reload": "imp hears no sd_notify: say when it is ready by `ready`",
  forking: "imp supervises what stays in the foreground",
  dbus: "imp hears no D-Bus: say when it is ready by `ready`",
};

/** Units of systemd, with their drop-ins: all services that lie in a directory. */
export const systemd: Importer = {
  kind: "systemd",
  names: [/\.service$/],
  readsAll: true,
  recognizes: ({ path, text }) =>
    path.endsWith(".service") && /^\s*Exec(Start|Stop)\s*=/m.test(text),
  read: (input) => Promise.resolve(readUnits(input)),
};

function readUnits(input: ImportInput): Imported {
  const units = new Map(input.all.map(({ path }) => {
    const { full, prefix, instance } = unitName(path);
    return [full, instance === undefined ? prefix : `${prefix}@${instance}`];
  }));
  return { jobs: input.all.flatMap((file) => readUnit(file, { input, units })) };
}

interface UnitOptions {
  readonly input: ImportInput;
  /** The jobs of all units, by the names of these. */
  readonly units: ReadonlyMap<string, string>;
}

function readUnit(file: SourceFile, { input, units }: UnitOptions): ImportedJob[] {
  const unit = unitName(file.path);
  const name = units.get(unit.full)!;
  const top = SourceTable.of(readSystemdUnit(file, input), input.losses).ofJob(name);
  const [about, service] = [top.table("Unit"), top.table("Service")];
  const context = { about, service, unit, input };
  const { job, before } = service === undefined
    ? { job: {}, before: [] }
    : readService(service, context);
  const edges = readUnitEdges(about, { units, self: unit.full });
  const description = last(about, "Description");
  about?.pass("Documentation", "DefaultDependencies");
  about?.finish({ OnFailure: "imp has no hooks: imp events tells it" });
  service?.finish(REASONS);
  const stray = top.table("");
  for (const key of stray?.names ?? []) stray!.lose(key, "it stands in no section");
  const timer = unit.full.replace(/service$/, "timer");
  if (input.files.list(".").includes(timer)) {
    input.losses.add({ file: file.name, job: name, key: timer, why: "say it by `schedule`" });
  }
  top.pass("Install");
  top.finish();
  const tasks = before.map((command, at): ImportedJob => ({
    name: at === 0 ? `${name}-pre` : `${name}-pre-${at + 1}`,
    job: {
      ...{
        command: commandOfAll([command]),
        task: true,
        cwd: job.cwd,
        env: job.env,
        env_file: job.env_file,
      },
      depends_on: at === 0
        ? edges
        : { [at === 1 ? `${name}-pre` : `${name}-pre-${at}`]: "completed" },
    },
  }));
  const own = tasks.length === 0 ? edges : { ...edges, [tasks.at(-1)!.name]: "completed" as const };
  const text = description === undefined ? undefined : resolve(description, context, "Description");
  return [...tasks, { name, job: { description: text && literal(text), ...job, depends_on: own } }];
}

/** The value that counts of a key that has one. */
function last(table: SourceTable | undefined, key: string): string | undefined {
  return table?.texts(key)?.at(-1);
}

interface Context {
  readonly about: SourceTable | undefined;
  readonly service: SourceTable | undefined;
  readonly unit: UnitName;
  readonly input: ImportInput;
}

function resolve(text: string, { service, unit }: Context, key: string): string {
  return resolveSpecifiers(text, unit, (mark) => service?.lose(key, `${mark} has no form here`));
}

/** What is run, and what before it. */
function readService(
  service: SourceTable,
  context: Context,
): { readonly job: WrittenJob; readonly before: readonly UnitCommand[] } {
  const type = last(service, "Type") ?? "simple";
  if (Object.hasOwn(TYPES, type)) service.lose("Type", TYPES[type]!);
  service.pass("RemainAfterExit", "NotifyAccess", "KillMode", "PassEnvironment");
  const { env, written, files } = readUnitEnv(service, (text, key) => resolve(text, context, key));
  const commandsOf = (key: string) => readCommands(service, key, { env, context });
  const isTask = type === "oneshot";
  const [start, stop] = [commandsOf("ExecStart"), readStop(service, commandsOf("ExecStop"))];
  const dir = last(service, "WorkingDirectory")?.replace(/^-/, "").replace(/^~$/, "%h");
  const cwd = dir === undefined ? undefined : resolve(dir, context, "WorkingDirectory");
  const memory = last(service, "MemoryMax") ?? last(service, "MemoryLimit");
  const size = memory === undefined ? undefined : sizeText(memory, { decimal: false });
  if (memory !== undefined && size === undefined) {
    for (const key of ["MemoryMax", "MemoryLimit"]) service.lose(key, "imp knows sizes alone");
  }
  return {
    before: commandsOf("ExecStartPre"),
    job: {
      command: commandOfAll(start),
      task: isTask ? true : undefined,
      cwd: cwd === undefined ? undefined : literal(pathOrHere(pathOf(cwd, context))),
      env: written,
      env_file: files,
      restart: readRestart(service, context.about),
      stop,
      memory_limit: size,
    },
  };
}

/** What begins with a variable is as it is. */
function pathOf(path: string, { input }: Context): string {
  return /^[\w./]/.test(path) ? fromDir(path, input.files.dir) : path;
}

function readCommands(
  service: SourceTable,
  key: string,
  { env, context }: { env: Readonly<Record<string, string>>; context: Context },
): UnitCommand[] {
  return (service.texts(key) ?? []).flatMap((line) => {
    const command = readUnitCommand(line, { env, resolve: (text) => resolve(text, context, key) });
    if (command === undefined) {
      service.lose(key, "it is no command, or a quote is not closed");
      return [];
    }
    const { prefix } = command;
    if (prefix.includes("-")) service.lose(key, "`-`: a bad end counts");
    if (prefix.includes("@")) service.lose(key, "`@`: a program is called as it is");
    if (/[+!|]/.test(prefix)) service.lose(key, `\`${prefix}\`: ${AS_YOU}`);
    return [command];
  });
}

/** A command that only sends a signal is one. */
function readStop(service: SourceTable, commands: readonly UnitCommand[]): WrittenJob["stop"] {
  const text = commands[0]?.words.join(" ") ?? "";
  const sent = /^(?:\/usr)?(?:\/bin\/)?kill (?:-s )?-?(?:SIG)?([A-Z0-9]+) /.exec(text)?.[1];
  const isSignal = commands.length === 1 && sent !== undefined;
  const word = isSignal ? sent : last(service, "KillSignal");
  const signal = word === undefined ? undefined : signalText(word);
  if (word !== undefined && signal === undefined) {
    service.lose(isSignal ? "ExecStop" : "KillSignal", "there is no such signal");
  }
  const command = isSignal ? undefined : commandOfAll(commands);
  const given = last(service, "TimeoutStopSec") ?? last(service, "TimeoutSec");
  const timeout = given === undefined ? undefined : humanDuration(given);
  if (given !== undefined && timeout === undefined) {
    service.lose("TimeoutStopSec", "imp waits for so long alone as is said");
  }
  const isMain = command !== undefined && text.includes("MAINPID");
  if (isMain) service.lose("ExecStop", "imp tells no $MAINPID: see `stop`");
  const stop = {
    ...signal === undefined ? {} : { signal },
    ...timeout === undefined ? {} : { timeout },
    ...command === undefined || isMain ? {} : { command },
  };
  return Object.keys(stop).length === 0 ? undefined : stop;
}

const RESTARTS: Readonly<Record<string, string>> = {
  always: "always",
  "on-failure": "on-failure",
  "on-abnormal": "on-failure",
  "on-abort": "on-failure",
  "on-watchdog": "on-failure",
};

/** A limit of starts is one of restarts more. */
function readRestart(service: SourceTable, about: SourceTable | undefined): string | undefined {
  const word = last(service, "Restart") ?? "no";
  const restart = Object.hasOwn(RESTARTS, word) ? RESTARTS[word] : undefined;
  if (restart !== undefined && restart !== word) {
    service.lose("Restart", "imp starts again after every bad end");
  }
  if (restart === undefined && word !== "no") service.lose("Restart", "imp has no such policy");
  const interval = last(about, "StartLimitIntervalSec") ?? last(service, "StartLimitInterval");
  const burst = last(about, "StartLimitBurst") ?? last(service, "StartLimitBurst");
  const most = burst === undefined || interval === "0" ? undefined : Number(burst) - 1;
  if (most === undefined || !Number.isInteger(most) || most < 1 || restart !== "on-failure") {
    if (interval !== "0") {
      for (const table of [about, service]) {
        table?.lose("StartLimitBurst", "it goes with on-failure alone");
      }
    }
    return restart;
  }
  return `on-failure:${most}`;
}
