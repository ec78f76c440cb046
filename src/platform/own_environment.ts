import { AppError } from "../base/app_error.ts";
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
