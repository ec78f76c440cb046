import { messageOf } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { holdDoor, type ReportFailure } from "../platform/guarded.ts";

/** What fails over and over is told this often in one period, then only counted: it must not fill the disk. */
const MOST_TOLD = 5;
const PERIOD_MS = 60_000;

/** What was told of one entry since its period began. */
interface Tally {
  beganAt: number;
  told: number;
  untold: number;
}

/**
 * From now on, until disposed of, nothing that is thrown where nobody waits for it ends this process: the log is told,
 * with the stack that a report of the bug needs.
 */
export function reportFailures(options: { clock: Clock; logger: Logger }): Disposable {
  return holdDoor(createFailureReport(options));
}

/** Tells the log of a failure, but not again and again. */
export function createFailureReport(
  { clock, logger }: { clock: Clock; logger: Logger },
): ReportFailure {
  const tallies = new Map<string, Tally>();
  return (entry, error) => {
    const now = clock.monotonic();
    let tally = tallies.get(entry) ?? { beganAt: now, told: 0, untold: 0 };
    if (now - tally.beganAt >= PERIOD_MS) tally = { ...tally, beganAt: now, told: 0 };
    tallies.set(entry, tally);
    if (tally.told >= MOST_TOLD) {
      tally.untold++;
      return;
    }
    logger.error("Something failed that nobody waits for; going on", {
      entry,
      error: messageOf(error),
      stack: error instanceof Error ? error.stack : undefined,
      untold: tally.untold || undefined,
    });
    tally.told++;
    tally.untold = 0;
  };
}
