import { livingPaths } from "../../client/living_paths.ts";
import { readPidFile } from "../../facts/pid_text.ts";
import { isDaemonAlive } from "../../platform/daemon_alive.ts";
import { type ImpPaths, listDaemonIds, resolvePaths } from "../../platform/paths.ts";
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
export async function findDaemons(
  ctx: CommandContext,
): Promise<{ daemon: KnownDaemon; paths: ImpPaths }[]> {
  const found = (await findDaemonPaths(ctx)).map(async (paths) => ({
    daemon: await describeDaemon(paths),
    paths,
  }));
  return await Promise.all(found);
}

/** Only where they are: without what each says of itself. */
export function findDaemonPaths({ env }: CommandContext): Promise<ImpPaths[]> {
  return Promise.all(listDaemonIds(env).map((id) => livingPaths(resolvePaths(id, env))));
}

async function describeDaemon(paths: ImpPaths): Promise<KnownDaemon> {
  const running = tryOr(false, () => isDaemonAlive(paths));
  // With its schema it is the largest part of these commands.
  const { readDaemonJson } = await import("../../facts/daemon_json.ts");
  const facts = readDaemonJson(paths);
  const pid = readPidFile(paths.pidFile)?.pid ?? facts?.pid ?? null;
  return {
    daemon_id: paths.id,
    running,
    pid: running ? pid : null,
    version: facts?.version ?? null,
    started_at: facts?.started_at ?? null,
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
