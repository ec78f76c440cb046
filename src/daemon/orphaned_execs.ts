import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { type ProcessIdentity, readIdentity, signalProcess } from "../platform/process_identity.ts";
import { parseSignal } from "../platform/os_signals.ts";
import { findMarked } from "../platform/process_tree.ts";
import { EXEC_PREFIX } from "./exec_registry.ts";

/** What ending orphans needs. */
export interface OrphanedExecsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly daemonId: string;
  readonly ownPid: number;
  readonly killGraceMs: number;
}

/**
 * Ends the commands of execs that a daemon before us left when it was killed: nobody reads their output any more.
 * Returns how many there were.
 */
export function endOrphanedExecs(options: OrphanedExecsOptions): number {
  const { clock, logger, daemonId, ownPid, killGraceMs } = options;
  const ours = `${EXEC_PREFIX}${ownPid}.`;
  const orphans = findMarked(daemonId)
    .filter(({ runId }) => runId.startsWith(EXEC_PREFIX) && !runId.startsWith(ours))
    .flatMap(({ pid }) => readIdentity(pid) ?? []);
  if (orphans.length === 0) return 0;
  logger.warn("Ending commands of exec whose daemon was killed", { processes: orphans.length });
  signalAll(orphans, "SIGTERM");
  clock.schedule(killGraceMs, () => signalAll(orphans, "SIGKILL"));
  return orphans.length;
}

function signalAll(processes: readonly ProcessIdentity[], signal: string): void {
  for (const process of processes) signalProcess(process, parseSignal(signal).number);
}
