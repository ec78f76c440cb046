import { openLibc, toCString } from "./libc.ts";

const ACCESS_EXECUTE = 1;

/** Whether a directory is there and can be entered, or a file and executed, by whoever we are. Never throws. */
export function pathState(
  path: string,
  kind: "directory" | "file" = "directory",
): "there" | "missing" | "unreadable" {
  try {
    const { isDirectory, isFile } = Deno.statSync(path);
    if (kind === "file" ? !isFile : !isDirectory) return "missing";
  } catch (error) {
    const isNone = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    return isNone ? "missing" : "unreadable";
  }
  return openLibc().access(toCString(path), ACCESS_EXECUTE) === 0 ? "there" : "unreadable";
}
