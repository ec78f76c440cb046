import { AppError } from "../../base/app_error.ts";
import { readPidFile } from "../../facts/pid_text.ts";
import { isDaemonAlive } from "../../platform/daemon_alive.ts";
import { fileSystemOf, isShared } from "../../platform/file_system.ts";
import { checkPrivateDir } from "../../platform/check_private_dir.ts";
import { findLeftovers, removeLeftovers } from "../../platform/leftovers.ts";
import { listNames } from "../../platform/log_directory.ts";
import { settingsPaths } from "../../platform/paths.ts";
import { isOursAndOpen, makePrivate } from "../../platform/private_dir.ts";
import { readTextFile } from "../../platform/read_text_file.ts";
import { removeTree } from "../../platform/remove_tree.ts";
import { isForeignAt, removeStaleSocket } from "../../platform/sockets/unix_socket.ts";
import type { CommandContext } from "../frame/command.ts";
import { type DoctorCheck, type Finding, ok } from "./doctor_check.ts";
import { checkLogCutting } from "./doctor_log_cutting.ts";
import { checkProcesses } from "./doctor_processes.ts";
import { checkRecords } from "./doctor_records.ts";
import { checkRuns } from "./doctor_runs.ts";
import { findSeenRuns, isOutputHeld } from "./doctor_seen_runs.ts";
import { countOf } from "../output/count_of.ts";

/** With fewer descriptors the daemon gets into trouble with a few dozen jobs and clients. */
const FEW_DESCRIPTORS = 256;

/** Everything that `imp doctor` looks at, in its order. */
export const DOCTOR_CHECKS: readonly DoctorCheck[] = [
  { name: "project", look: lookAtProject },
  { name: "directories", look: lookAtDirectories },
  { name: "disk", look: lookAtFileSystems },
  { name: "settings", look: lookAtSettings },
  { name: "daemon", look: lookAtDaemon },
  { name: "ground", look: lookAtGround },
  { name: "sockets", look: lookAtSockets },
  { name: "processes", look: checkProcesses },
  { name: "runs", look: checkRuns },
  { name: "records", look: checkRecords },
  { name: "leftovers", look: lookAtLeftovers },
  { name: "output", look: lookAtOutput },
  { name: "bounding", look: checkLogCutting },
  { name: "store", look: lookAtStore },
  { name: "service", look: lookAtService },
  { name: "limits", look: lookAtLimits },
];

function lookAtProject(ctx: CommandContext): Finding[] {
  const { dir, file, distrusted = [] } = ctx.project;
  return [
    ok(`${ctx.daemonId}, of ${dir}${file === undefined ? "" : ` with ${file}`}`),
    ...distrusted.map(({ path, why }): Finding => ({
      level: "warning",
      text: `A project file that does not count: ${path}: ${why}`,
      hint: "It has to be yours or root's, and for nobody else to change (chmod go-w); or see " +
        "imp help trust",
    })),
  ];
}

function lookAtDirectories(ctx: CommandContext): Finding[] {
  const { runtimeDir, stateDir, runsDir, logsDir } = ctx.paths;
  return [runtimeDir, stateDir, runsDir, logsDir].map((dir): Finding => {
    try {
      return checkPrivateDir(dir) ? ok(dir) : ok(`${dir} is made when it is needed`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { message, hint } = error;
      // Rights can be taken back; what belongs to others, or is a link, is for the user to judge.
      const fix = isOursAndOpen(dir) ? () => makePrivate(dir) : undefined;
      return { level: "problem", text: message, hint, fix };
    }
  });
}

/** Two machines with one home would have one state, and locks that each believes to be its own. */
function lookAtFileSystems({ paths }: CommandContext): Finding[] {
  const places = [[paths.stateDir, "XDG_STATE_HOME"], [paths.runtimeDir, "XDG_RUNTIME_DIR"]];
  const types = places.map(([dir, variable]) => ({ dir, variable, type: fileSystemOf(dir!) }));
  const shared = types.filter(({ type }) => type !== undefined && isShared(type));
  if (shared.length === 0) {
    const known = new Set(types.flatMap(({ type }) => type ?? []));
    return [ok(known.size === 0 ? "not known on this system" : [...known].join(", "))];
  }
  return shared.map(({ dir, variable, type }) => ({
    level: "warning",
    text: `${dir} is on ${type}, which other machines may have, too: locks may not hold there`,
    hint: `Set ${variable} to a directory of this machine`,
  }));
}

async function lookAtSettings(ctx: CommandContext): Promise<Finding[]> {
  const { loadSettings } = await import("../../config/load_settings.ts");
  const { sources, warnings } = await loadSettings(settingsPaths(ctx.env, ctx.project.file));
  const files = new Set([...sources.values()].filter((source) => source !== "default"));
  return [
    ok(files.size === 0 ? "all defaults" : [...files].join(", ")),
    ...warnings.map((text): Finding => ({ level: "warning", text })),
  ];
}

async function lookAtDaemon(ctx: CommandContext): Promise<Finding[]> {
  if (!isDaemonAlive(ctx.paths)) return [ok("not running; the first job starts it")];
  const pid = readPidFile(ctx.paths.pidFile)?.pid ?? "?";
  const client = await ctx.tryClient();
  if (!client) {
    return [{
      level: "problem",
      text: `Its lock is held by process ${pid}, but nobody listens`,
      hint: "When that lasts, imp daemon restart replaces it; no job is harmed",
    }];
  }
  const { version, build } = client.hello;
  if (build === ctx.build.build) return [ok(`running, pid ${pid}, version ${version}`)];
  return [{
    level: "warning",
    text: `running, pid ${pid}, version ${version} of build ${build}; this is ${ctx.build.build}`,
    hint: "imp daemon restart brings it to this version; jobs go on",
  }];
}

/** What was taken away under the daemon. */
async function lookAtGround(ctx: CommandContext): Promise<Finding[]> {
  const client = await ctx.tryClient().catch(() => undefined);
  const notices = (await client?.request("status", {}))?.daemon.notices ?? [];
  if (notices.length === 0) {
    return [ok(client ? "everything is where it belongs" : "not looked at")];
  }
  return notices.map((text) => ({
    level: "warning",
    text,
    hint: "Find out who removes it: a cleaner of temporary files, a script?",
  }));
}

function lookAtSockets({ paths }: CommandContext): Finding[] {
  const foreign = [paths.socket, paths.statusSocket].filter(isForeignAt);
  if (foreign.length > 0) {
    return [{
      level: "problem",
      text: `Not a socket of yours, where one belongs: ${foreign.join(", ")}`,
      hint: "Look at it, and move it away if it is not needed; imp does not",
    }];
  }
  const isRunning = isDaemonAlive(paths);
  const stale = listNames(paths.runtimeDir).filter((name) => {
    if (!/^(daemon|status)\.sock(\.\d+)?$/.test(name)) return false;
    return !isRunning || /\d$/.test(name);
  });
  if (stale.length === 0) return [ok(isRunning ? paths.socket : "nothing is left over")];
  return [{
    level: "warning",
    text: `Left over in ${paths.runtimeDir}: ${stale.join(", ")}`,
    hint: "They do no harm; imp doctor --fix removes them",
    fix: () => {
      const removed = stale.filter((name) => removeStaleSocket(`${paths.runtimeDir}/${name}`));
      return `removed ${countOf(removed.length, "socket")}`;
    },
  }];
}

/** A daemon removes them when it starts, so they are none while one runs. */
function lookAtLeftovers({ paths }: CommandContext): Finding[] {
  const left = isDaemonAlive(paths) ? [] : findLeftovers(paths);
  if (left.length === 0) return [ok("nothing was left half done")];
  return [{
    level: "warning",
    text: `Left half done: ${left.join(", ")}`,
    hint: "The next daemon removes them, or imp doctor --fix",
    fix: () => `removed ${countOf(removeLeftovers(paths), "leftover")}`,
  }];
}

/** Output of jobs that are no more; only the daemon knows which there are. */
async function lookAtOutput(ctx: CommandContext): Promise<Finding[]> {
  const ids = listNames(ctx.paths.logsDir);
  const client = await ctx.tryClient().catch(() => undefined);
  if (!client) return [ok(`${countOf(ids.length, "job")} with output`)];
  const { jobs } = await client.request("list", {});
  const known = new Set(jobs.map((job) => job.id));
  // Of what the daemon does not know and what lives all the same, the other checks tell.
  const seen = new Set(findSeenRuns(ctx.paths).map(({ jobId }) => jobId));
  const orphans = ids.filter((id) =>
    !known.has(id) && !seen.has(id) && !isOutputHeld(ctx.paths, id)
  );
  if (orphans.length === 0) return [ok(`${countOf(ids.length, "job")} with output`)];
  return [{
    level: "warning",
    text: `Output of ${countOf(orphans.length, "job")} that are no more: ${orphans.join(", ")}`,
    hint: "imp doctor --fix removes it",
    fix: () => {
      for (const id of orphans) removeTree(`${ctx.paths.logsDir}/${id}`);
      return `removed the output of ${countOf(orphans.length, "job")}`;
    },
  }];
}

function lookAtStore({ paths }: CommandContext): Finding[] {
  const damaged = listNames(paths.stateDir).filter((name) => name.includes(".corrupt-"));
  if (damaged.length === 0) return [ok(paths.database)];
  return [{
    level: "warning",
    text: `A damaged store was set aside in ${paths.stateDir}: ${damaged.join(", ")}`,
    hint: "Remove the files when nothing in them is missed",
  }];
}

async function lookAtService(ctx: CommandContext): Promise<Finding[]> {
  const { findService } = await import("../../service/service_place.ts");
  const { startsProgram } = await import("../../service/starts_program.ts");
  const { selfCommand } = await import("../../platform/self.ts");
  const service = findService(ctx.daemonId, ctx.env);
  if (!service) return [ok("none; imp enable makes one")];
  if (startsProgram(service, selfCommand())) return [ok(service.path)];
  return [{
    level: "warning",
    text: `${service.path} starts another imp than this one`,
    hint: "imp enable renews it",
  }];
}

/** Linux tells in /proc; elsewhere nothing is known. */
function lookAtLimits(): Finding[] {
  const text = readTextFile("/proc/self/limits");
  const soft = /^Max open files\s+(\d+)/m.exec(text ?? "")?.[1];
  if (soft === undefined) return [ok("not known on this system")];
  if (Number(soft) >= FEW_DESCRIPTORS) return [ok(`${soft} open files`)];
  return [{
    level: "warning",
    text: `Only ${soft} open files are allowed`,
    hint: `ulimit -n ${4 * FEW_DESCRIPTORS} before the daemon is started`,
  }];
}
