import { AppError } from "../../base/app_error.ts";
import { type Clock, delay } from "../../base/clock.ts";
import { readStatusJson } from "../../facts/status_json.ts";
import { isDaemonAlive } from "../../platform/daemon_alive.ts";
import { checkSocketDirs, type ImpPaths } from "../../platform/paths.ts";
import { connectUnix } from "../../platform/sockets/connect_unix.ts";
import { readSnapshot } from "../../protocol/read_snapshot.ts";
import type { StatusSnapshot } from "../../protocol/snapshot.ts";
import { refuseOtherState } from "../../client/other_state.ts";
import { LastLines } from "./last_lines.ts";
import { isOlder } from "./status_order.ts";

/** Within this time the daemon sends a first snapshot, or it counts as not answering. */
const FIRST_SNAPSHOT_LIMIT_MS = 2_000;
/** A daemon that is well says something every second; its `status_interval` is two at most. */
const SILENCE_LIMIT_MS = 5_000;
/** A file that is older than this was not written by a daemon that is well. */
const STALE_AFTER_MS = 5_000;
/** How often a stream without a socket looks again. */
const FALLBACK_INTERVAL_MS = 500;

/** Where snapshots come from. */
export interface StatusSourceOptions {
  readonly paths: ImpPaths;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One snapshot, from the daemon's status socket, else from its status file.
 * @throws AppError `status.unavailable` when there is neither, `version.newer_status`
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
 * Snapshots as the daemon sends them; through its end and back: without a socket they come from the file. None is older
 * than the one before: what the file says may be what the socket has told better, and a line of the socket may have been
 * made before the file.
 * @throws AppError `status.unavailable` when there is neither at the beginning
 */
export async function* streamStatus(options: StatusSourceOptions): AsyncGenerator<StatusSnapshot> {
  let last: StatusSnapshot | undefined;
  while (!options.signal?.aborted) {
    for await (const snapshot of readStatusSocket(options)) {
      if (last === undefined || !isOlder(snapshot, last)) yield last = snapshot;
    }
    if (options.signal?.aborted) return;
    const filed = readStatusFile(options);
    const isNews = filed !== undefined && !(last !== undefined && isOlder(filed, last));
    const snapshot = isNews ? filed : last && toFiled(last, options);
    if (snapshot) yield last = snapshot;
    else yield last = await readStatus(options);
    await delay(options.clock, FALLBACK_INTERVAL_MS, options.signal).catch(() => {});
  }
}

/** Snapshots until the daemon ends or says nothing any more; none when there is no socket, or it stays silent. */
async function* readStatusSocket(
  { paths, clock, signal }: StatusSourceOptions,
): AsyncGenerator<StatusSnapshot> {
  // In a directory of somebody else, somebody else would be listening.
  if (!checkSocketDirs(paths)) return;
  const connection = await connectUnix(paths.statusSocket).catch(() => undefined);
  if (!connection) return;
  using lines = new LastLines(connection);
  const close = () => lines.close();
  signal?.addEventListener("abort", close, { once: true });
  let cancelLimit = clock.schedule(FIRST_SNAPSHOT_LIMIT_MS, close);
  try {
    for await (const line of lines) {
      const snapshot = parseSnapshot(line);
      if (!snapshot) continue;
      cancelLimit();
      refuseOtherState(paths, snapshot.daemon.state_dir);
      yield snapshot;
      // Our reader's time does not count.
      cancelLimit = clock.schedule(SILENCE_LIMIT_MS, close);
    }
  } finally {
    cancelLimit();
    signal?.removeEventListener("abort", close);
  }
}

/** The snapshot in the status file, marked as such, and as stale when nobody keeps it up to date. */
export function readStatusFile(options: StatusSourceOptions): StatusSnapshot | undefined {
  const snapshot = readStatusJson(options.paths);
  return snapshot && toFiled(snapshot, options);
}

function toFiled(snapshot: StatusSnapshot, { paths, clock }: StatusSourceOptions): StatusSnapshot {
  const ageMs = clock.now() - Date.parse(snapshot.generated_at);
  const stale = !(ageMs <= STALE_AFTER_MS) || !isDaemonAlive(paths);
  return { ...snapshot, source: "file", stale };
}

function parseSnapshot(text: string): StatusSnapshot | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return readSnapshot(value);
}
