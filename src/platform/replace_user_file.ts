import { AppError, reasonOf } from "../base/app_error.ts";
import { writeFileAtomic } from "./atomic_write.ts";

/**
 * Puts another text in the place of a file of the user's: whole or not at all, with its mode and its owner, through a
 * link to where that leads, and only while there is still what `before` was read.
 * @throws AppError `project.changed`, `project.unwritable`
 */
export function replaceUserFile(path: string, text: string, before: Uint8Array): void {
  try {
    const real = Deno.realPathSync(path);
    // What may not be written to is not to be replaced either, though its directory would let us.
    Deno.openSync(real, { write: true }).close();
    const { mode, uid, gid } = Deno.statSync(real);
    if (!isSame(Deno.readFileSync(real), before)) throw changed(path);
    writeFileAtomic(real, text, { mode: (mode ?? 0o644) & 0o7777, fsync: true });
    const now = Deno.statSync(real);
    if (now.uid !== uid || now.gid !== gid) Deno.chownSync(real, uid, gid);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof Deno.errors.NotFound) throw changed(path);
    throw new AppError("project.unwritable", `Cannot write ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function changed(path: string): AppError {
  return new AppError("project.changed", `${path} was changed meanwhile: nothing is written`, {
    hint: "Type it again",
  });
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
