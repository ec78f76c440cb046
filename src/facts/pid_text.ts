import { toIsoTime } from "../base/clock.ts";
import { readLockText } from "../platform/file_lock.ts";
import { readIdentity } from "../platform/processes/process_identity.ts";

/** What a pid file says of who holds its lock; the lock, never the text, says whether he lives. */
export interface PidFileOwner {
  readonly pid: number;
  readonly startedAtMs: number;
  readonly build: string;
  /** By these a pid of another pid namespace, or of before a reboot, is told from one of ours. */
  readonly startTime?: string;
  readonly bootId?: string;
  /** What it keeps its state in, to tell it from one that shares the runtime directory only; since 0.2. */
  readonly stateDir?: string;
}

/** The text of a pid file: pid, time, build, start time, boot id and state directory, a line each. */
export function formatPidFile({ pid, startedAtMs, build, stateDir = "" }: PidFileOwner): string {
  const { startTime = "", bootId = "" } = readIdentity(pid) ?? {};
  return `${[pid, toIsoTime(startedAtMs), build, startTime, bootId, stateDir].join("\n")}\n`;
}

/** Who wrote the pid file, if it can be read whole. Says nothing about whether he still lives. */
export function readPidFile(path: string): PidFileOwner | undefined {
  const [pid = "", startedAt = "", build = "", startTime, bootId, stateDir] =
    (readLockText(path) ?? "")
      .split("\n");
  const owner = { pid: Number(pid), startedAtMs: Date.parse(startedAt), build };
  if (!/^[1-9]\d*$/.test(pid) || !Number.isSafeInteger(owner.pid)) return undefined;
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(startedAt) || Number.isNaN(owner.startedAtMs)) {
    return undefined;
  }
  return {
    ...owner,
    ...(startTime ? { startTime } : {}),
    ...(bootId ? { bootId } : {}),
    ...(stateDir ? { stateDir } : {}),
  };
}
