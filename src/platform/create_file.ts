import { AppError, reasonOf } from "../base/app_error.ts";

/**
 * Makes a file of the user's in a directory of his, as an editor would: with his umask, and never over one that is there.
 * @throws AppError `project.exists`, `project.unwritable`
 */
export function createUserFile(path: string, text: string): void {
  try {
    Deno.writeTextFileSync(path, text, { createNew: true });
  } catch (cause) {
    throw toAppError(path, cause);
  }
}

/** The same with its directory, and over what is there: for what can be made again. @throws AppError `project.unwritable` */
export function writeMadeFile(path: string, text: string): void {
  try {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, text);
  } catch (cause) {
    throw toAppError(path, cause);
  }
}

function toAppError(path: string, cause: unknown): unknown {
  if (cause instanceof Deno.errors.AlreadyExists) {
    return new AppError("project.exists", `There is already ${path}`, {
      hint: "Edit it, or move it away",
      cause,
    });
  }
  return new AppError("project.unwritable", `Cannot write ${path}: ${reasonOf(cause)}`, { cause });
}
