import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import type { DaemonClient } from "../client/client.ts";
import { openConnection } from "../client/connect.ts";
import { watchDaemonEnd } from "../client/watch_daemon_end.ts";
import { isDaemonAlive } from "../platform/daemon_alive.ts";
import { openStandardStreams } from "../platform/stdio.ts";
import { systemClock } from "../platform/system_clock.ts";
import type { OwnProgram } from "./own_program.ts";

/**
 * Tells of the daemon, or ends it, and returns the exit code: 0, or 3 when none is running. What it does goes to stdout.
 * One that does not answer is ended by force.
 * @throws AppError `daemon.still_there`, and as `openConnection` does
 */
export async function controlDaemon(
  program: OwnProgram,
  task: "status" | "stop",
): Promise<number> {
  const { paths } = program;
  const say = (text: string) => openStandardStreams().stdout.write(`${text}\n`);
  const client = await find(program, task);
  if (client === "ended") {
    await say(`The daemon "${paths.id}" did not answer, and was ended`);
    return ExitCode.done;
  }
  if (client === undefined) {
    await say(`No daemon is running for "${paths.id}"`);
    return ExitCode.notRunning;
  }
  await using _client = client;
  const { pid, version, build } = client.hello;
  if (task === "stop") await stop(program, client);
  await say(
    task === "stop"
      ? `Stopped the daemon "${paths.id}" (pid ${pid})`
      : `The daemon "${paths.id}" is running (pid ${pid}, version ${version}, build ${build})`,
  );
  return ExitCode.done;
}

/** Whatever its version is; undefined when there is none. */
async function find(
  { paths, build }: OwnProgram,
  task: "status" | "stop",
): Promise<DaemonClient | "ended" | undefined> {
  const options = { paths, build, patienceMs: 0 };
  try {
    const client = await openConnection(options);
    if (client !== undefined || task === "status" || !isDaemonAlive(paths)) return client;
  } catch (error) {
    const isMute = error instanceof AppError && error.code === "daemon.not_answering";
    if (!isMute || task === "status") throw error;
  }
  const { endMuteDaemon } = await import("../client/start_daemon.ts");
  await endMuteDaemon(options);
  return "ended";
}

async function stop({ paths }: OwnProgram, client: DaemonClient): Promise<void> {
  const { signal } = new AbortController();
  const isGone = watchDaemonEnd({ clock: systemClock, paths, signal }, client);
  await client.request("shutdown", {});
  if (await isGone()) return;
  throw new AppError("daemon.still_there", `The daemon (pid ${client.hello.pid}) did not end`, {
    hint: `Look into ${paths.daemonLog}`,
  });
}
