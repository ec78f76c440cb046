import { isLockHeld, readLockText } from "../platform/file_lock.ts";
import { type ImpPaths, listDaemonIds, resolvePaths } from "../platform/paths.ts";
import { readTextFile } from "../platform/read_text_file.ts";
import type { CommandContext } from "./command.ts";

/** A daemon of this user, running or not. */
export interface KnownDaemon {
  readonly daemon_id: string;
  readonly running: boolean;
  readonly pid: number | null;
  readonly version: string | null;
  readonly started_at: string | null;
  readonly socket_path: string;
  readonly state_dir: string;
}

/** Every daemon that has left something, in the order of their ids. */
export function findDaemons(ctx: CommandContext): { daemon: KnownDaemon; paths: ImpPaths }[] {
  return listDaemonIds(ctx.env).map((id) => {
    const paths = resolvePaths(id, ctx.env);
    return { daemon: describeDaemon(paths), paths };
  });
}

function describeDaemon(paths: ImpPaths): KnownDaemon {
  const running = tryOr(false, () => isLockHeld(paths.pidFile));
  const facts = tryOr({}, () => JSON.parse(readTextFile(paths.daemonJson) ?? "{}")) as Record<
    string,
    unknown
  >;
  const lockText = tryOr(undefined, () => readLockText(paths.pidFile)) ?? "";
  const pid = Number(/^\d+/.exec(lockText)?.[0] ?? facts.pid);
  return {
    daemon_id: paths.id,
    running,
    pid: running && Number.isSafeInteger(pid) ? pid : null,
    version: typeof facts.version === "string" ? facts.version : null,
    started_at: typeof facts.started_at === "string" ? facts.started_at : null,
    socket_path: paths.socket,
    state_dir: paths.stateDir,
  };
}

/** One daemon's unreadable file must not hide the others. */
function tryOr<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}
