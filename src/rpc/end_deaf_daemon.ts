import { AppError } from "../base/app_error.ts";
import { unlessAborted } from "../base/unless_aborted.ts";
import { openConnection } from "../client/connect.ts";
import { HELLO_LIMIT_MS } from "../client/greet.ts";
import { readDaemonProcess } from "../client/daemon_process.ts";
import { killDaemon } from "../client/takeover.ts";
import { onSignal } from "../platform/on_signal.ts";
import { readProcess } from "../platform/processes/process_table.ts";
import { openStandardStreams } from "../platform/stdio.ts";
import { systemClock } from "../platform/system_clock.ts";
import type { OwnProgram } from "./own_program.ts";

/** A daemon that hears may need so long for an answer. */
const LEAST_LIMIT_MS = 1_000;
/** Who waits so long wants to know what for. */
const TELL_AFTER_MS = 2_000;
/** States of a process that a signal or a debugger has stopped. */
const STOPPED = ["T", "t"];

/** Which daemon is meant, and how long it has. */
export interface DeafDaemonOptions {
  readonly pid: number;
  /** How long it may take to say hello, 1 s at least, not counting the time in which it gets no processor. */
  readonly limitMs: number;
}

/**
 * Ends the daemon of that pid by force when it says no hello in that time, or at once with Ctrl+C, and tells so on stderr:
 * a handler that never lets go of the processor keeps it from hearing that it is to end. One that was stopped by a signal
 * or a debugger stays, and so does one that has another pid by now. Returns whether it was ended.
 * @throws AppError `daemon.not_answering` when it cannot be ended
 */
export async function endDeafDaemon(
  { paths, build, options: { name } }: OwnProgram,
  { pid, limitMs }: DeafDaemonOptions,
): Promise<boolean> {
  const say = (text: string) =>
    openStandardStreams().stderr.write(`${name}: ${text}\n`).catch(() => {});
  const now = new AbortController();
  using _interrupt = onSignal("SIGINT", () => now.abort());
  const limit = Math.max(limitMs, LEAST_LIMIT_MS);
  // Of the first half it is not looked at who gets the processor.
  const timeoutMs = Math.min(limit / 2, HELLO_LIMIT_MS);
  const patienceMs = limit - timeoutMs;
  const cancelTelling = systemClock.schedule(TELL_AFTER_MS, () => {
    void say(
      `The daemon (pid ${pid}) does not react. It is ended soon, and at once with Ctrl+C: with all that it does`,
    );
  });
  const hearing = hears(openConnection({ paths, build, timeoutMs, patienceMs }));
  try {
    if (await unlessAborted(hearing, now.signal)) return false;
  } catch (error) {
    if (error !== now.signal.reason) throw error;
  } finally {
    cancelTelling();
  }
  const holder = readDaemonProcess(paths);
  const isStopped = STOPPED.includes(readProcess(pid)?.state ?? "");
  if (holder?.pid !== pid || isStopped) return false;
  await killDaemon({ paths, build }, holder);
  await say(`The daemon (pid ${pid}) did not react and was ended; the next call starts a new one`);
  return true;
}

/** Whether there is a daemon that hears, or none at all: whatever it says. */
async function hears(connecting: ReturnType<typeof openConnection>): Promise<boolean> {
  try {
    (await connecting)?.close();
    return true;
  } catch (error) {
    return !(error instanceof AppError && error.code === "daemon.not_answering");
  }
}
