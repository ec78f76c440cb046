import type { Clock } from "../base/clock.ts";
import type { BuildInfo } from "../base/version.ts";
import { onSignal } from "../platform/on_signal.ts";
import type { DaemonLog } from "./daemon_log.ts";
import { reportFailures } from "./failure_report.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { followSignals } from "./signal_plan.ts";

/** What a daemon has from its first moment on. */
export interface Living {
  readonly paths: { readonly id: string };
  readonly pid: number;
  readonly build: BuildInfo;
  readonly clock: Clock;
  readonly logger: DaemonLog;
  readonly lifecycle: Lifecycle;
}

/** What its life is made of. */
export interface LifeSteps<All extends object> {
  /** Called before anything is acquired: what follows the life from its first phase on. */
  readonly begin?: () => void;
  /** Acquires everything, each with its undo. */
  readonly acquireAll: () => Promise<All>;
  /** Tells whoever waits that it is there. */
  readonly tellReady: (all: All) => void;
  /** What is to be done when all is undone. */
  readonly afterwards?: () => Promise<void> | undefined;
}

/**
 * Is a daemon from its first record in the log to its last: signals are followed, nothing that is thrown where nobody
 * waits for it ends it. Returns its exit code, and closes the log. Rejects with what its start failed with.
 */
export async function live<All extends object>(
  { paths, pid, build, clock, logger, lifecycle }: Living,
  { begin, acquireAll, tellReady, afterwards }: LifeSteps<All>,
): Promise<number> {
  using _log = logger;
  using _door = reportFailures({ clock, logger });
  using _signals = followSignals({
    lifecycle,
    logger,
    reopenLog: () => logger.reopen(),
    onSignal,
  });
  logger.info("daemon starting", { id: paths.id, pid, ...build });
  begin?.();
  const all = await lifecycle.init(acquireAll);
  if (all !== undefined) tellReady(all);
  const code = await lifecycle.finished;
  await afterwards?.();
  logger.info("daemon ended", { code });
  return code;
}
