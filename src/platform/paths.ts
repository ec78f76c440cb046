/**
 * `platform/` is the only room that touches Deno and node: files, sockets, processes, locks, terminals. It decides
 * nothing about jobs. This file says where everything is (DESIGN: "Where things are").
 */
import { parseDaemonId } from "../base/ids.ts";
import { sha256Hex } from "../base/sha256.ts";
import { childOf, parentOf } from "../base/plain_path.ts";
import { checkPrivateDir } from "./check_private_dir.ts";
import { checkWay } from "./safe_way.ts";
import { homeDirectory, OWN_NAME, type ReadEnv, stateRoot, tempRoot } from "./state_root.ts";

export {
  findProjectFile,
  PROJECT_FILE_NAMES,
  resolveDaemonId,
  whyFileDistrusted,
} from "./daemon_id.ts";
export type { DaemonChoice } from "./daemon_id.ts";
export type { ReadEnv } from "./state_root.ts";

/** The longest path that a unix socket can have, in bytes. */
export const MAX_SOCKET_PATH_BYTES = Deno.build.os === "darwin" ? 103 : 107;

/** Where the things of one daemon are. */
export interface ImpPaths {
  readonly id: string;
  /** Whose daemon it is: imp's, or that of a program made of the same parts. */
  readonly program: string;
  readonly runtimeDir: string;
  readonly socket: string;
  readonly statusSocket: string;
  /** Its lock, never its existence, says that the daemon lives. */
  readonly pidFile: string;
  readonly startLock: string;
  readonly stateDir: string;
  /** Held by the daemon too: one state has one daemon, also when two shells have two runtime directories. */
  readonly stateLock: string;
  readonly database: string;
  readonly daemonJson: string;
  readonly statusJson: string;
  readonly daemonLog: string;
  readonly runsDir: string;
  /** An empty file for each exec under way. */
  readonly execsDir: string;
  readonly logsDir: string;
}

/** Where the settings are looked for. */
export interface SettingsPaths {
  /** Candidates for the user's settings, best first. */
  readonly user: readonly string[];
  readonly project: string | undefined;
}

/** The paths of the daemon `id` of a program; touches no file. */
export function resolvePaths(id: string, env: ReadEnv, program = OWN_NAME): ImpPaths {
  const stateDir = childOf(stateRoot(env, program), id);
  return {
    id,
    program,
    ...runtimePaths(program, childOf(runtimeRoot(env, program), id)),
    stateDir,
    stateLock: `${stateDir}/daemon.lock`,
    database: `${stateDir}/state.db`,
    daemonJson: `${stateDir}/daemon.json`,
    statusJson: `${stateDir}/status.json`,
    daemonLog: `${stateDir}/daemon.log`,
    runsDir: `${stateDir}/runs`,
    execsDir: `${stateDir}/execs`,
    logsDir: `${stateDir}/logs`,
  };
}

/** The same daemon's paths with another runtime directory. */
export function withRuntimeDir(paths: ImpPaths, runtimeDir: string): ImpPaths {
  return { ...paths, ...runtimePaths(paths.program, runtimeDir) };
}

function runtimePaths(program: string, runtimeDir: string) {
  return {
    runtimeDir,
    socket: socketPath(program, `${runtimeDir}/daemon.sock`),
    statusSocket: socketPath(program, `${runtimeDir}/status.sock`),
    pidFile: `${runtimeDir}/daemon.pid`,
    startLock: `${runtimeDir}/start.lock`,
  };
}

/** The directories of a daemon's state, the first of which holds the others. */
export function stateDirs(paths: ImpPaths): string[] {
  return [paths.stateDir, paths.runsDir, paths.logsDir];
}

/** The directories that hold a daemon's sockets and locks. */
export function runtimeDirs(paths: ImpPaths): string[] {
  return socketDirs(paths);
}

/** Daemons of one user share these directories; others may look, and no more. */
export const SHARED = { forbidden: 0o022 };

/**
 * How the directory of the daemon's socket is reached: `exclusive` when nobody else can have made anything on the way,
 * `crowded` through a directory such as `/tmp`, where who listens is to be looked at, too. Undefined when it is not
 * there; makes nothing. A client asks before it connects: in a directory of somebody else, somebody else would be
 * listening.
 * @throws AppError `permission.unsafe_directory`
 */
export function checkSocketDirs(paths: ImpPaths): "exclusive" | "crowded" | undefined {
  let isExclusive = true;
  for (const dir of socketRoots(paths)) {
    isExclusive = checkWay(parentOf(dir)) && isExclusive;
    if (!checkPrivateDir(dir, SHARED)) return undefined;
  }
  if (!checkPrivateDir(parentOf(paths.socket))) return undefined;
  return isExclusive ? "exclusive" : "crowded";
}

/** The settings files of the user and of the project. */
export function settingsPaths(env: ReadEnv, projectFile?: string): SettingsPaths {
  const root = configRoot(env);
  const names = ["config.yaml", "config.yml", "config.toml", "config.json", "config.jsonc"];
  const user = root === undefined ? [] : names.map((name) => childOf(root, `imp/${name}`));
  return { user, project: projectFile };
}

/** `$XDG_CONFIG_HOME`; undefined for a user without a home, whose settings anybody could leave in `/tmp`. */
export function configRoot(env: ReadEnv): string | undefined {
  const dir = env("XDG_CONFIG_HOME");
  if (dir?.startsWith("/")) return dir;
  const home = homeDirectory(env);
  return home && childOf(home, ".config");
}

/** Every daemon id of this user that has left something: state, or a runtime directory. */
export function listDaemonIds(env: ReadEnv): string[] {
  const ids = new Set([
    ...subdirectories(runtimeRoot(env, OWN_NAME)),
    ...subdirectories(stateRoot(env)),
  ]);
  return [...ids].filter(isDaemonId).sort();
}

/** Whether the user's session has a directory for sockets. The XDG specification has relative paths ignored. */
export function isRuntimeDirGiven(env: ReadEnv): boolean {
  return env("XDG_RUNTIME_DIR")?.startsWith("/") ?? false;
}

function runtimeRoot(env: ReadEnv, program: string): string {
  return isRuntimeDirGiven(env) ? childOf(env("XDG_RUNTIME_DIR")!, program) : tempRoot(program);
}

/** Where a socket goes whose path would be too long; no daemon id begins with a dot. */
function socketPath(program: string, path: string): string {
  if (new TextEncoder().encode(path).length <= MAX_SOCKET_PATH_BYTES) return path;
  const hash = sha256Hex(path).slice(0, 16);
  return childOf(tempRoot(program), `.sockets/${hash}.sock`);
}

/** The directories that the user's daemons share. */
export function socketRoots(paths: ImpPaths): string[] {
  return unique([parentOf(paths.runtimeDir), ...movedSocketDirs(paths).map(parentOf)]);
}

function socketDirs(paths: ImpPaths): string[] {
  return unique([paths.runtimeDir, ...movedSocketDirs(paths)]);
}

function movedSocketDirs(paths: ImpPaths): string[] {
  return [paths.socket, paths.statusSocket].map((path) => parentOf(path))
    .filter((dir) => dir !== paths.runtimeDir);
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}

function subdirectories(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)].filter((entry) => entry.isDirectory).map((e) => e.name);
  } catch {
    return [];
  }
}

function isDaemonId(text: string): boolean {
  try {
    return parseDaemonId(text) === text;
  } catch {
    return false;
  }
}
