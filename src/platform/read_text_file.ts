import { AppError, messageOf } from "../base/app_error.ts";

/**
 * The text of a file, or undefined when there is none.
 * @throws AppError `permission.unreadable` for a file that is there and cannot be read
 */
export function readTextFile(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw new AppError("permission.unreadable", `Cannot read ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
