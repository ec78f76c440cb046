import { basename, dirname, join } from "@std/path/posix";

/** Removes a directory with all that is in it; one that is not there is fine. */
export function removeTree(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Removes a directory that others may make anew at the same moment: moved away first, so that nothing of theirs is
 * removed. The name it is moved to is no daemon's id.
 */
export function discardTree(path: string): void {
  const away = join(dirname(path), `.${basename(path)}.gone-${Deno.pid}`);
  try {
    Deno.renameSync(path, away);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  removeTree(away);
}
