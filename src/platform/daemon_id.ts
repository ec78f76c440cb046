import { AppError } from "../base/app_error.ts";
import { parseDaemonId, toSlug } from "../base/ids.ts";
import { sha256Hex } from "../base/sha256.ts";
import { nameOf, parentOf } from "../base/plain_path.ts";
import { isOursOrRoots, mayOthersReplaceIn, mayOthersWrite } from "./trust.ts";
import { isDaemonIdMark } from "./job_marks.ts";
import { hasTrustRecord } from "./trust_record.ts";

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
  /** In its place one that others can change, and that the user said yes to: for what was in it then. */
  readonly agreedFile?: string;
  /** Project files that were passed by: others decide what is in them. */
  readonly distrusted?: readonly DistrustedFile[];
}

/** A project file that does not count by itself, and the reason. */
export interface DistrustedFile {
  readonly path: string;
  readonly why: string;
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
  const hasAgreed = (path: string) => hasTrustRecord(path, options.env);
  const project = findProject(realPath(options.cwd), hasAgreed);
  return { id: id ?? deriveDaemonId(project.projectDir), ...project };
}

function idFromEnvironment(env: DaemonIdOptions["env"]): string | undefined {
  const id = env("IMP_DAEMON_ID");
  return !id || isDaemonIdMark(env) ? undefined : id;
}

/**
 * The project file that counts for `dir`, which may have come, gone or moved since the daemon was started there; none for
 * a directory that is no more.
 */
export function findProjectFile(dir: string): string | undefined {
  try {
    return findProject(Deno.realPathSync(dir), () => false).projectFile;
  } catch {
    return undefined;
  }
}

/** The daemon id of a project: readable, and its own for every directory. */
export function deriveDaemonId(realProjectDir: string): string {
  return `${toSlug(nameOf(realProjectDir))}-${sha256Hex(realProjectDir).slice(0, 8)}`;
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

function findProject(
  start: string,
  hasAgreed: (path: string) => boolean,
): Omit<DaemonChoice, "id"> {
  let gitDir: string | undefined;
  const distrusted: DistrustedFile[] = [];
  const found = (
    projectDir: string,
    file: Pick<DaemonChoice, "projectFile" | "agreedFile"> = {},
  ) => ({
    projectDir,
    ...file,
    ...(distrusted.length === 0 ? {} : { distrusted }),
  });
  for (let dir = start;; dir = parentOf(dir)) {
    for (const name of PROJECT_FILE_NAMES) {
      const path = inside(dir, name);
      const file = look(path);
      if (!file?.isFile) continue;
      const why = whyDistrusted(path, file, dir);
      if (why === undefined) return found(dir, { projectFile: path });
      if (hasAgreed(path)) return found(dir, { agreedFile: path });
      distrusted.push({ path, why });
    }
    if (gitDir === undefined && look(inside(dir, ".git")) && isOwnRepository(dir)) gitDir = dir;
    if (dir === parentOf(dir)) return found(gitDir ?? start);
  }
}

/** Why what is in the file at a path does not count, as of a project file; undefined where it does. */
export function whyFileDistrusted(path: string): string | undefined {
  const file = look(path);
  return file === undefined ? "it is not there" : whyDistrusted(path, file, parentOf(path));
}

/**
 * A project file decides what is run and for which daemon, so it counts only when nobody but the user and root decide
 * what is in it: neither the file, nor the link that leads to it, nor their directories may be others' to change.
 */
function whyDistrusted(path: string, file: Deno.FileInfo, dir: string): string | undefined {
  try {
    const link = Deno.lstatSync(path);
    if (!isOursOrRoots(link)) return `it belongs to user ${link.uid}`;
    if (!isOursOrRoots(file)) return `what it leads to belongs to user ${file.uid}`;
    if (mayOthersWrite(file)) return "others may write to it";
    const dirs = link.isSymlink ? [dir, parentOf(Deno.realPathSync(path))] : [dir];
    const open = dirs.find((each) => mayOthersReplaceIn(Deno.statSync(each)));
    return open && `others may replace it, because they may write to ${open}`;
  } catch {
    return "it was being changed";
  }
}

/** What `.git` decides is only a name; still, a stranger's in `/tmp` must not be that of everything below it. */
function isOwnRepository(dir: string): boolean {
  try {
    const everybodys = ((Deno.statSync(dir).mode ?? 0) & 0o002) !== 0;
    return !everybodys || isOursOrRoots(Deno.lstatSync(inside(dir, ".git")));
  } catch {
    return false;
  }
}

/** `dir` is a real path, with nothing to tidy up. */
function inside(dir: string, name: string): string {
  return dir === "/" ? `/${name}` : `${dir}/${name}`;
}

/** What is at `path`, or where it leads. node:fs would take longer to load than all the looks that it is needed for. */
function look(path: string): Deno.FileInfo | undefined {
  const { stackTraceLimit } = Error;
  try {
    // Most of the time of a look at what is not there goes into a stack that nobody reads.
    Error.stackTraceLimit = 0;
    return Deno.statSync(path);
  } catch {
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
