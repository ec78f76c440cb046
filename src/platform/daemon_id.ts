import { basename, dirname } from "node:path";
import { AppError } from "../base/app_error.ts";
import { parseDaemonId, toSlug } from "../base/ids.ts";
import { sha256Hex } from "../base/sha256.ts";
import { isDaemonIdMark } from "./job_marks.ts";

/** What a project file may be called, best first. */
export const PROJECT_FILE_NAMES = [
  "imp.yaml",
  "imp.yml",
  "imp.toml",
  "imp.json",
  "imp.jsonc",
] as const;

/** Which daemon a command is about, and the project around it. */
export interface DaemonChoice {
  readonly id: string;
  /** The directory of the project file, else of `.git`, else the working directory; its real path. */
  readonly projectDir: string;
  readonly projectFile?: string;
}

/** Options of {@linkcode resolveDaemonId}. */
export interface DaemonIdOptions {
  /** The value of `--daemon-id`. */
  flag?: string | undefined;
  env: (name: string) => string | undefined;
  cwd: string;
}

/**
 * The daemon id: `--daemon-id`, else an `IMP_DAEMON_ID` that the user set, else derived from the project around `cwd`.
 * Never the marks of the job that we are in: a terminal that runs as a job is used for every project.
 * @throws AppError `usage.bad_daemon_id`, `usage.bad_cwd`
 */
export function resolveDaemonId(options: DaemonIdOptions): DaemonChoice {
  const given = options.flag ?? idFromEnvironment(options.env);
  const id = given === undefined ? undefined : parseDaemonId(given);
  const project = findProject(realPath(options.cwd));
  return { id: id ?? deriveDaemonId(project.projectDir), ...project };
}

function idFromEnvironment(env: DaemonIdOptions["env"]): string | undefined {
  const id = env("IMP_DAEMON_ID");
  return !id || isDaemonIdMark(env) ? undefined : id;
}

/** The daemon id of a project: readable, and its own for every directory. */
export function deriveDaemonId(realProjectDir: string): string {
  return `${toSlug(basename(realProjectDir))}-${sha256Hex(realProjectDir).slice(0, 8)}`;
}

function realPath(cwd: string): string {
  try {
    return Deno.realPathSync(cwd);
  } catch (cause) {
    throw new AppError("usage.bad_cwd", `Cannot use the directory ${JSON.stringify(cwd)}`, {
      hint: "Change to one that exists and that you may enter",
      cause,
    });
  }
}

function findProject(start: string): { projectDir: string; projectFile?: string } {
  let gitDir: string | undefined;
  for (let dir = start;; dir = dirname(dir)) {
    for (const name of PROJECT_FILE_NAMES) {
      const path = inside(dir, name);
      if (exists(path) && isTrustedFile(path, dir)) {
        return { projectDir: dir, projectFile: path };
      }
    }
    if (gitDir === undefined && exists(inside(dir, ".git"))) gitDir = dir;
    if (dir === dirname(dir)) return { projectDir: gitDir ?? start };
  }
}

/**
 * A project file says what to run, so one that a stranger left in `/tmp` must not count for everything below it: in a
 * directory that everybody may write to, only files of the user's own and of root do.
 */
function isTrustedFile(path: string, dir: string): boolean {
  try {
    const file = Deno.statSync(path);
    if (!file.isFile) return false;
    if (file.uid === null || file.uid === 0 || file.uid === Deno.uid()) return true;
    return ((Deno.statSync(dir).mode ?? 0) & 0o002) === 0;
  } catch {
    return false;
  }
}

/** `dir` is a real path, with nothing to tidy up. */
function inside(dir: string, name: string): string {
  return dir === "/" ? `/${name}` : `${dir}/${name}`;
}

/** node:fs would take longer to load than all the looks that it is needed for. */
function exists(path: string): boolean {
  const { stackTraceLimit } = Error;
  try {
    // Most of the time of a look at what is not there goes into a stack that nobody reads.
    Error.stackTraceLimit = 0;
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
