import { dirname } from "@std/path/posix";
import { makeLogDirectory } from "../log_directory.ts";

/** Gives a file that is called `name` now the name `path` back; it keeps both. Throws what the platform throws. */
export function relinkLog(name: string, path: string): void {
  makeLogDirectory(dirname(path));
  Deno.linkSync(name, path);
}
