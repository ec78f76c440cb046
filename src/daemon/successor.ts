import { messageOf } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { environmentVariable } from "../platform/own_environment.ts";
import { isRuntimeDirGiven } from "../platform/paths.ts";
import { READINESS_FLAG } from "../platform/spawn/readiness.ts";
import { selfCommand } from "../platform/self.ts";
import { spawnDetachedDaemon } from "../platform/spawn/spawn_daemon.ts";
import type { RunDaemonOptions } from "./run_daemon_options.ts";

/**
 * Whether another daemon would be found where we are not: one without XDG_RUNTIME_DIR. One that a service manager or a
 * user started is theirs to start again.
 */
export function isSuccessorBetter({ foreground }: RunDaemonOptions): boolean {
  return !foreground && isRuntimeDirGiven(environmentVariable);
}

/**
 * Starts the next daemon, as a client would, for when our runtime directory cannot be had any more: it does without
 * XDG_RUNTIME_DIR, and says in daemon.json where it listens. The locks are free by then.
 */
export async function startSuccessor(
  { daemonId, projectDir, paths }: RunDaemonOptions,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  const command = [
    ...selfCommand(),
    ...["daemon", "run", "--daemon-id", daemonId],
    ...projectDir === undefined ? [] : ["--project-dir", projectDir],
    `--${READINESS_FLAG}`,
  ];
  try {
    const env = { XDG_RUNTIME_DIR: "" };
    const { pid } = await spawnDetachedDaemon({ command, logPath: paths.daemonLog, clock, env });
    logger.info("The next daemon has taken over", { pid });
  } catch (error) {
    logger.error("The next daemon could not be started; the next command will try", {
      error: messageOf(error),
    });
  }
}
