import { AppError } from "../base/app_error.ts";
import { errnoOf, lastErrno, openLibc, toCString } from "./libc.ts";

/** Where a shell looks when there is no PATH. */
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";
const ACCESS_EXISTS = 0;
const ACCESS_EXECUTE = 1;
/** Why access(2) fails where nothing is. */
let missing: readonly number[] | undefined;
/** What the kernel reads of a script's first line. */
const INTERPRETER_LINE_BYTES = 256;
/** What a shell would take for a variable before the command. */
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=[^]*$/;
/** What means something to a shell, in a word with spaces. */
const SHELL_SIGN = /\s[^]*[|&;<>$*`(]|[|&;<>$`(][^]*\s/;

/** Why a path cannot be executed. */
type Unfit = "missing" | "directory" | "not_executable";

/**
 * The absolute path of a command, found as a shell in `cwd` with `env` would.
 * @throws AppError `command.not_found`, `command.not_executable`
 */
export function resolveCommand(
  name: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): string {
  if (name === "" || name.includes("\0")) throw notFound(name);
  if (name.includes("/")) {
    const path = toAbsolute(name, cwd);
    const unfit = unfitness(path);
    if (unfit === "missing") throw notFound(name);
    if (unfit !== undefined) throw notExecutable(path, unfit);
    refuseBadInterpreter(path, cwd);
    return path;
  }
  let denied: { path: string; unfit: Unfit } | undefined;
  for (const directory of (env.PATH ?? DEFAULT_PATH).split(":")) {
    // An empty entry means the working directory.
    const path = toAbsolute(`${directory === "" ? "." : directory}/${name}`, cwd);
    const unfit = unfitness(path);
    if (unfit === undefined) {
      refuseBadInterpreter(path, cwd);
      return path;
    }
    if (unfit === "not_executable") denied ??= { path, unfit };
  }
  if (denied !== undefined) throw notExecutable(denied.path, denied.unfit);
  throw notFound(name);
}

/** Not normalised: `a/..` is not `.` when `a` is a symlink. */
function toAbsolute(path: string, cwd: string): string {
  if (path.startsWith("/")) return path;
  return `${cwd === "/" ? "" : cwd}/${path.replace(/^(\.\/+)+/, "")}`;
}

function unfitness(path: string): Unfit | undefined {
  if (isMissing(path)) return "missing";
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied ? "not_executable" : "missing";
  }
  if (info.isDirectory) return "directory";
  if (!info.isFile) return "not_executable";
  return openLibc().access(toCString(path), ACCESS_EXECUTE) === 0 ? undefined : "not_executable";
}

/** For most directories of a PATH: an error that is thrown for each takes several times as long. */
function isMissing(path: string): boolean {
  missing ??= ["ENOENT", "ENOTDIR"].map(errnoOf);
  // Asked for once before, so that the first look at it does not itself come between.
  lastErrno();
  return openLibc().access(toCString(path), ACCESS_EXISTS) !== 0 && missing.includes(lastErrno());
}

/** A script whose interpreter is missing fails with the same words as a missing script: so say which it is. */
function refuseBadInterpreter(path: string, cwd: string): void {
  const interpreter = interpreterOf(path);
  if (interpreter === undefined) return;
  const unfit = unfitness(toAbsolute(interpreter, cwd));
  if (unfit === undefined) return;
  const why = unfit === "missing" ? "does not exist" : "cannot be executed";
  throw new AppError(
    "command.not_executable",
    `Cannot execute "${path}": its interpreter ${JSON.stringify(interpreter)} ${why}`,
    { hint: "Look at the first line of the script" },
  );
}

function interpreterOf(path: string): string | undefined {
  let bytes: Uint8Array;
  try {
    using file = Deno.openSync(path, { read: true });
    const buffer = new Uint8Array(INTERPRETER_LINE_BYTES);
    bytes = buffer.subarray(0, file.readSync(buffer) ?? 0);
  } catch {
    // A program may be executable and not readable.
    return undefined;
  }
  if (bytes[0] !== 0x23 || bytes[1] !== 0x21) return undefined;
  // Carriage returns are part of the name, and the usual reason that it does not exist.
  const line = new TextDecoder().decode(bytes.subarray(2)).split("\n", 1)[0]!;
  const words = line.replace(/^[ \t]+/, "").split(/[ \t]/);
  return words[0] === "" ? undefined : words[0];
}

function notFound(name: string): AppError {
  // The value may be a secret.
  const shown = name.replace(ASSIGNMENT, "$1=…");
  return new AppError("command.not_found", `Command not found: ${JSON.stringify(shown)}`, {
    hint: hintToFind(name),
  });
}

function hintToFind(name: string): string {
  const variable = ASSIGNMENT.exec(name)?.[1];
  if (variable !== undefined) return `A variable is given with --env ${variable}=…, before the --`;
  if (SHELL_SIGN.test(name)) {
    const line = JSON.stringify(name);
    return `That is a line for a shell: put --shell before the --, or write sh -c ${line}`;
  }
  if (/\s/.test(name)) {
    return `Leave the quotes off, each word is one of its own: -- ${name}; or put --shell before ` +
      "the --, for a line of shell";
  }
  return name.includes("/")
    ? "Check the path; it is taken from the job's working directory"
    : "Check its spelling and the PATH";
}

function notExecutable(path: string, unfit: Unfit): AppError {
  const isDirectory = unfit === "directory";
  return new AppError(
    "command.not_executable",
    `Cannot execute "${path}": ${isDirectory ? "it is a directory" : "permission denied"}`,
    { hint: isDirectory ? undefined : hintToExecute(path) },
  );
}

function hintToExecute(path: string): string {
  if ((modeOf(path) & 0o111) === 0) return "Make it executable with chmod +x";
  return "Look at its owner, its mode, and whether its file system is mounted noexec";
}

function modeOf(path: string): number {
  try {
    return Deno.statSync(path).mode ?? 0;
  } catch {
    // In a directory that may not be entered.
    return 0o777;
  }
}
