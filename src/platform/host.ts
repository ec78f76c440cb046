import { AppError, messageOf } from "../base/app_error.ts";
import { givenEnvironment } from "./given_environment.ts";
import { withoutMarks } from "./job_marks.ts";

/** The working directory. @throws AppError `usage.bad_cwd` when it was deleted or its name is not UTF-8 */
export function currentDirectory(): string {
  try {
    return Deno.cwd();
  } catch (cause) {
    throw new AppError(
      "usage.bad_cwd",
      "Cannot tell the working directory: it was deleted or is not UTF-8",
      { hint: "Change to another directory", cause },
    );
  }
}

/** An environment variable, or undefined when it is not set or not UTF-8. */
export function environmentVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}

/**
 * The whole environment, without what is not UTF-8, what has no name that could be set, as execve(2) lets pass, and
 * without the marks of the job that we are in.
 */
export function environment(): Record<string, string> {
  const all = Object.entries(Deno.env.toObject());
  const named = all.filter(([name]) => name !== "" && !name.includes("="));
  return withoutMarks(givenEnvironment(Object.fromEntries(named)));
}

/** The file mode bits that new files do not get. */
export function currentUmask(): number {
  return Deno.umask();
}

/** The versions of what runs us. */
export function runtimeVersions(): { deno: string; v8: string; typescript: string } {
  return Deno.version;
}

/** The real path of a directory, or undefined when `path` is none. */
export async function realDirectory(path: string): Promise<string | undefined> {
  try {
    const real = await Deno.realPath(path);
    return (await Deno.stat(real)).isDirectory ? real : undefined;
  } catch {
    return undefined;
  }
}

/** A text file of the user's. @throws AppError `usage.unreadable_file` */
export async function readUserFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const message = `Cannot read ${JSON.stringify(path)}: ${reasonOf(error)}`;
    throw new AppError("usage.unreadable_file", message, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  return messageOf(error);
}

/** Takes the rights of everybody but the owner away; says so. */
export function makePrivate(path: string): string {
  Deno.chmodSync(path, 0o700);
  return `chmod 700 ${path}`;
}
