import { AppError } from "../../base/app_error.ts";
import { type Clock, delay } from "../../base/clock.ts";
import { failpoint } from "../failpoint.ts";
import { errnoOf, lastErrno, openDescriptor, OpenFlag, openLibc } from "../libc.ts";
import { wakeKeepers } from "./kept_output.ts";
import { LIFELINE_END } from "./shim.ts";

/** Where the holder of a run's stdin is told to let go. */
export interface StdinEnd {
  /** See `stdinEndPathOf`. */
  readonly path: string;
  /** Which holds it open, should its name be gone; undefined for one that is gone itself. */
  readonly shimPid: number | undefined;
  /** The holder's; see `keeperMark`. */
  readonly mark: string;
}

/**
 * Whether a stdin has ended: `endless` when nobody can end it, as of runs that an older build has started. Nobody writes
 * it down: it has ended when its holder is gone, whatever became of that.
 */
export type StdinState = "open" | "ended" | "endless";

const LOOK_EVERY_MS = 2;
/** Somebody may have stopped the holder. */
const WAKE_AFTER_LOOKS = 50;
const MOST_LOOKS = 2_500;

/** How it stands with a stdin. */
export function stdinStateOf(end: StdinEnd): StdinState {
  const found = openEnd(end);
  if (typeof found === "string") return found;
  openLibc().close(found);
  return "open";
}

/**
 * Ends a stdin, unless it has ended; resolves when its holder has let go, so that it is at its end as soon as nobody
 * else writes to it.
 * @throws AppError `job.stdin_endless`, `job.not_ended`
 */
export async function endStdin(end: StdinEnd, clock: Clock): Promise<void> {
  failpoint("stdin.before_end");
  const found = openEnd(end);
  if (found === "ended") return;
  if (found === "endless") throw stdinEndless();
  openLibc().write(found, Uint8Array.of(0x0a), 1n);
  openLibc().close(found);
  failpoint("stdin.after_end");
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    if (stdinStateOf(end) !== "open") return;
    if (looks % WAKE_AFTER_LOOKS === WAKE_AFTER_LOOKS - 1) wakeKeepers([end.mark]);
    await delay(clock, LOOK_EVERY_MS);
  }
  throw new AppError("job.not_ended", "What holds the job's stdin open does not let go of it");
}

/** A descriptor on which it is told. */
function openEnd({ path, shimPid }: StdinEnd): number | Exclude<StdinState, "open"> {
  const flags = OpenFlag.writeOnly | OpenFlag.nonBlocking;
  const fd = openDescriptor(path, flags);
  if (fd >= 0) return fd;
  // There it is, and nobody listens.
  if (lastErrno() === errnoOf("ENXIO")) return "ended";
  const link = `/proc/${shimPid}/fd/${LIFELINE_END}`;
  if (shimPid === undefined || !isFifo(link)) return "endless";
  const again = openDescriptor(link, flags);
  return again >= 0 ? again : lastErrno() === errnoOf("ENXIO") ? "ended" : "endless";
}

/** Whatever else a shim of another build may have under that number. */
function isFifo(path: string): boolean {
  try {
    return Deno.statSync(path).isFifo === true;
  } catch {
    return false;
  }
}

/** It was started by an imp that knew of no end. */
export function stdinEndless(): AppError {
  return new AppError(
    "job.stdin_endless",
    "The stdin of the job cannot be ended: an older imp has started it",
    { hint: "Restart it: then it can" },
  );
}
