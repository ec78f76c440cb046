import type { Clock } from "../base/clock.ts";
import { readProcess } from "../platform/processes/process_table.ts";
import { withinItsTime } from "../platform/processes/within_its_time.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { readDaemonPid } from "./daemon_pid.ts";
import { notAnswering } from "./not_answering.ts";

/** How much longer one may take that was not stopped: it may only be busy, on a machine that is. */
const PATIENCE_MS = 18_000;

/** Of a daemon that gets no processor for its answer. */
const MOST_PATIENCE = 3;

/**
 * Waits on for a daemon that has not said hello in time, if it was not stopped.
 * @throws AppError `daemon.not_answering`; what `reading` rejects with
 */
export async function awaitLateHello<T>(
  options: ConnectOptions & { readonly clock: Clock },
  reading: Promise<T>,
): Promise<T> {
  const pid = readDaemonPid(options.paths);
  const { clock, patienceMs: limitMs = PATIENCE_MS } = options;
  const frame = pid !== undefined && mayBeBusy(pid)
    ? await withinItsTime(clock, { pid, limitMs, mostLimits: MOST_PATIENCE }, reading)
    : "late";
  if (frame === "late") throw notAnswering(pid);
  return frame;
}

/** True for a process that lives and was not stopped by a signal or a debugger. */
function mayBeBusy(pid: number): boolean {
  return /^[RSD]$/.test(readProcess(pid)?.state ?? "");
}
