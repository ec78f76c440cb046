import { AppError } from "../base/app_error.ts";
import { type Clock, delay } from "../base/clock.ts";
import { isLockHeld } from "../platform/file_lock.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { readTextFile } from "../platform/read_text_file.ts";
import { connectUnix } from "../platform/unix_socket.ts";
import { StatusSnapshot } from "../protocol/snapshot.ts";

/** Within this time the daemon sends a first snapshot, or it counts as not answering. */
const FIRST_SNAPSHOT_LIMIT_MS = 1_000;
/** A file that is older than this was not written by a daemon that is well. */
const STALE_AFTER_MS = 5_000;
/** How often a stream without a socket looks again. */
const FALLBACK_INTERVAL_MS = 500;
/** A snapshot of a thousand jobs is 1 MB. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** Where snapshots come from. */
export interface StatusSourceOptions {
  readonly paths: ImpPaths;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One snapshot, from the daemon's status socket, else from its status file.
 * @throws AppError `status.unavailable` when there is neither
 */
export async function readStatus(options: StatusSourceOptions): Promise<StatusSnapshot> {
  for await (const snapshot of readStatusSocket(options)) return snapshot;
  const snapshot = readStatusFile(options);
  if (snapshot) return snapshot;
  throw new AppError("status.unavailable", `No status of daemon "${options.paths.id}"`, {
    hint: "It has never run, or its files were removed. Start it with a job: imp run -- COMMAND",
  });
}

/**
 * Snapshots as the daemon sends them; through its end and back: without a socket they come from the file.
 * @throws AppError `status.unavailable` when there is neither at the beginning
 */
export async function* streamStatus(options: StatusSourceOptions): AsyncGenerator<StatusSnapshot> {
  let last: StatusSnapshot | undefined;
  while (!options.signal?.aborted) {
    for await (const snapshot of readStatusSocket(options)) yield last = snapshot;
    if (options.signal?.aborted) return;
    const snapshot = readStatusFile(options) ?? (last && { ...last, source: "file", stale: true });
    if (!snapshot) yield await readStatus(options);
    else yield last = snapshot;
    await delay(options.clock, FALLBACK_INTERVAL_MS, options.signal).catch(() => {});
  }
}

/** Snapshots until the daemon closes the socket; none when there is no socket, or it stays silent. */
export async function* readStatusSocket(
  { paths, clock, signal }: StatusSourceOptions,
): AsyncGenerator<StatusSnapshot> {
  const connection = await connectUnix(paths.statusSocket).catch(() => undefined);
  if (!connection) return;
  using opened = closeOnce(connection);
  const onAbort = () => opened.close();
  signal?.addEventListener("abort", onAbort, { once: true });
  const cancelLimit = clock.schedule(FIRST_SNAPSHOT_LIMIT_MS, () => opened.close());
  try {
    let text = "";
    for await (const part of connection.readable.pipeThrough(new TextDecoderStream())) {
      const lines = (text + part).split("\n");
      text = lines.pop()!;
      if (text.length > LONGEST_LINE) return;
      // Only the last whole line counts: a reader that was slow wants what is true now.
      const snapshot = parseSnapshot(lines.findLast((line) => line !== ""));
      if (!snapshot) continue;
      cancelLimit();
      yield snapshot;
    }
  } catch {
    // The daemon has gone, or was too slow: the file is next.
  } finally {
    cancelLimit();
    signal?.removeEventListener("abort", onAbort);
  }
}

function closeOnce(connection: { close(): void }): Disposable & { close(): void } {
  const close = () => {
    try {
      connection.close();
    } catch {
      // Reading to its end has closed it.
    }
  };
  return { close, [Symbol.dispose]: close };
}

/** The snapshot in the status file, marked as such, and as stale when nobody keeps it up to date. */
export function readStatusFile({ paths, clock }: StatusSourceOptions): StatusSnapshot | undefined {
  const snapshot = parseSnapshot(readTextFile(paths.statusJson));
  if (!snapshot) return undefined;
  const ageMs = clock.now() - Date.parse(snapshot.generated_at);
  const stale = !(ageMs <= STALE_AFTER_MS) || !isLockHeld(paths.pidFile);
  return { ...snapshot, source: "file", stale };
}

function parseSnapshot(text: string | undefined): StatusSnapshot | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed = StatusSnapshot.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
