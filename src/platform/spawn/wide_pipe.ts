import { openLibc } from "../libc.ts";

/** fcntl(2), Linux only. */
const F_SETPIPE_SZ = 1031;
/** Of what all pipes of a user may hold (64 MiB; pipe(7)), and of our own memory, not too much. */
const MOST_PIPES = 16;
const OWN_DESCRIPTORS = "/proc/self/fd";

let pipes = 0;

/** What a pipe holds by itself. */
export const PIPE_BYTES = 64 * 1024;

/**
 * Has a pipe hold more than {@linkcode PIPE_BYTES} that a child of ours has as its `descriptor` and we have the other
 * end of: so much can be read or written at once then. Undefined where that cannot be had: the pipe works all the same.
 * Until it is disposed of it counts as one of the few that may.
 */
export function widenPipe(
  child: { readonly pid: number; readonly descriptor: number },
  bytes: number,
): Disposable | undefined {
  if (Deno.build.os !== "linux" || pipes >= MOST_PIPES) return undefined;
  const ours = findOurEnd(child);
  if (ours === undefined || (openLibc().fcntl?.(ours, F_SETPIPE_SZ, bytes) ?? -1) < bytes) {
    return undefined;
  }
  pipes++;
  return { [Symbol.dispose]: () => void pipes-- };
}

/** Deno does not tell the descriptor; both ends of a pipe have the same name. */
function findOurEnd({ pid, descriptor }: { pid: number; descriptor: number }): number | undefined {
  const name = readLink(`/proc/${pid}/fd/${descriptor}`);
  if (!name?.startsWith("pipe:")) return undefined;
  for (const { name: own } of Deno.readDirSync(OWN_DESCRIPTORS)) {
    if (readLink(`${OWN_DESCRIPTORS}/${own}`) === name) return Number(own);
  }
  return undefined;
}

/** Undefined where nothing is, or nothing that we may look at. */
function readLink(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined;
  }
}
