import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Settings } from "../../config/settings.ts";
import { guarded } from "../../platform/guarded.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { EXEC_PREFIX, takeCutOffExecs } from "../../facts/exec_journal.ts";
import {
  type ProcessIdentity,
  readIdentity,
  signalProcess,
} from "../../platform/processes/process_identity.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import { findMarked } from "../../platform/processes/process_tree.ts";
import { stateDirMark } from "../../platform/processes/run_marks.ts";

/** What ending orphans needs. */
export interface OrphanedExecsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paths: Pick<ImpPaths, "stateDir" | "execsDir">;
  readonly settings: () => Settings;
}

/**
 * Ends the commands of execs that a daemon before us left when it was killed: nobody reads their output any more. What
 * an exec put into the background before it ended is left alone.
 */
export function endOrphanedExecs({ clock, logger, paths, settings }: OrphanedExecsOptions): void {
  const underWay = takeCutOffExecs(paths.execsDir);
  const cutOff = new Set(underWay.filter((id) => id.startsWith(EXEC_PREFIX)));
  if (cutOff.size === 0) return;
  const orphans = findMarked(stateDirMark(paths))
    .filter(({ runId }) => cutOff.has(runId))
    .flatMap(({ pid }) => readIdentity(pid) ?? []);
  if (orphans.length === 0) return;
  logger.warn("Ending commands of exec whose daemon was killed", { processes: orphans.length });
  signalAll(orphans, "SIGTERM");
  const kill = () => signalAll(orphans, "SIGKILL");
  clock.schedule(
    settings().execKillGraceMs,
    guarded("orphaned_execs.kill", kill, kill),
  );
}

function signalAll(processes: readonly ProcessIdentity[], signal: string): void {
  for (const process of processes) signalProcess(process, parseSignal(signal).number);
}
