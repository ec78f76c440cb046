import { reasonOf } from "../base/app_error.ts";

/** What is at a path, following links: only a regular file can be read without risk. */
export type TargetKind = "absent" | "file" | "a directory" | "a FIFO" | "a socket" | "a device";

/** What is in the file at a path, or why that is not read. */
export type FileContent =
  | { readonly state: "absent" }
  | { readonly state: "read"; readonly bytes: Uint8Array }
  | { readonly state: "refused"; readonly why: string };

/** What is at `path`. @throws the system's error when it may not be looked at */
export function targetKindOf(path: string): TargetKind {
  try {
    const { isFile, isDirectory, isFifo, isSocket } = Deno.statSync(path);
    if (isFile) return "file";
    if (isDirectory) return "a directory";
    return isFifo ? "a FIFO" : isSocket ? "a socket" : "a device";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return "absent";
    }
    throw error;
  }
}

/**
 * Reads a file whose writer is not to be trusted with our time and memory: a FIFO or a device would hold us for ever,
 * and of a file that is larger than `mostBytes` no more than that is looked at.
 */
export function readRegularFile(path: string, mostBytes: number): FileContent {
  try {
    const kind = targetKindOf(path);
    if (kind === "absent") return { state: "absent" };
    if (kind !== "file") return { state: "refused", why: `it is ${kind}` };
    using file = Deno.openSync(path, { read: true });
    const bytes = new Uint8Array(mostBytes + 1);
    let size = 0;
    // With no room left it reads nothing.
    for (let count; (count = file.readSync(bytes.subarray(size)));) size += count;
    return size > mostBytes
      ? { state: "refused", why: `it is larger than ${mostBytes / 1_024} KiB` }
      : { state: "read", bytes: bytes.subarray(0, size) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { state: "absent" };
    return { state: "refused", why: reasonOf(error) };
  }
}
