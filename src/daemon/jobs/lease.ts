import { AppError } from "../../base/app_error.ts";
import { type Clock, toIsoTime } from "../../base/clock.ts";
import type { LeaseWish } from "../../protocol/owner.ts";
import type { LeaseView } from "../../protocol/job_view.ts";
import type { JobRecord, LeaseRecord } from "../../store/store.ts";
import { toStoredProcess } from "./owner.ts";
import type { RunHost } from "../runs/run_host.ts";
import type { ProcessIdentity } from "../../platform/processes/process_identity.ts";

/** What time it is, by the clocks that a lease goes by. */
export interface LeaseTime {
  /** By the time of day. */
  readonly nowMs: number;
  /** Since the start of the machine, the time that it slept included. */
  readonly uptimeMs: number;
  readonly bootId: string;
}

/** Where leases are looked at. */
export interface LeaseWorld {
  readonly time: () => LeaseTime;
  readonly isAlive: (process: ProcessIdentity) => boolean;
}

/** As the operating system has it. */
export function createLeaseWorld(
  host: Pick<RunHost, "bootId" | "uptimeMs" | "isAlive">,
  clock: Clock,
): LeaseWorld {
  return {
    time: () => ({ nowMs: clock.now(), uptimeMs: host.uptimeMs(), bootId: host.bootId }),
    isAlive: (process) => host.isAlive(process),
  };
}

/** A clock that was set by less is not worth another time on the screen. */
const SHOWN_DIFFERENCE_MS = 1_000;

/**
 * A lease that begins now; null for a wish without anything.
 * @throws AppError `usage.other_machine` for a process that this daemon cannot see
 */
export function toLease(wish: LeaseWish | undefined, time: LeaseTime): LeaseRecord | null {
  const { duration_ms, process } = wish ?? {};
  if (duration_ms === undefined && process === undefined) return null;
  if (process !== undefined && process.boot_id !== time.bootId) {
    throw new AppError("usage.other_machine", "The daemon cannot see this process", {
      hint: "It is in another container; start a daemon there",
    });
  }
  const { nowMs, uptimeMs, bootId } = time;
  return {
    end: duration_ms === undefined
      ? null
      : { atMs: nowMs + duration_ms, uptimeMs: uptimeMs + duration_ms, bootId },
    process: process === undefined ? null : toStoredProcess(process),
  };
}

/** In how many milliseconds its time is over, 0: it is; null: it has none. */
export function leftOfLease({ end }: LeaseRecord, time: LeaseTime): number | null {
  if (end === null) return null;
  const leftMs = end.bootId === time.bootId ? end.uptimeMs - time.uptimeMs : end.atMs - time.nowMs;
  return Math.max(0, leftMs);
}

/** Why a lease is over, in words, and as a word for programs. */
export interface LeaseOver {
  readonly reason: string;
  readonly cause: string;
}

const OVER: LeaseOver = { reason: "its lease was over", cause: "lease.over" };

/** Why the lease of a job is over; undefined: it is not, or there is none. */
export function whyLeaseIsOver(
  lease: LeaseRecord | null,
  { time, isAlive }: LeaseWorld,
): LeaseOver | undefined {
  if (lease === null) return undefined;
  if (leftOfLease(lease, time()) === 0) return OVER;
  const { process } = lease;
  if (process === null || isAlive(process)) return undefined;
  const reason = `process ${process.pid}, which it was to end with, has gone`;
  return { reason, cause: "lease.process_gone" };
}

/** Whether the job is up though who had it run has gone. */
export function isLeftOver(
  { owner }: Pick<JobRecord, "owner">,
  { isUp, isAlive }: { isUp: boolean } & Pick<LeaseWorld, "isAlive">,
): boolean {
  return isUp && owner?.process !== undefined && !isAlive(owner.process);
}

/** The lease as it is shown: its end by the time of day as that goes now. */
export function viewLease(lease: LeaseRecord, world: LeaseWorld): LeaseView {
  const time = world.time();
  return {
    ends_at: lease.end === null ? null : toIsoTime(shownEnd(lease, time)),
    pid: lease.process?.pid ?? null,
    is_over: whyLeaseIsOver(lease, world) !== undefined,
  };
}

function shownEnd(lease: LeaseRecord, time: LeaseTime): number {
  const { atMs } = lease.end!;
  const leftMs = leftOfLease(lease, time)!;
  const foundMs = Math.round(time.nowMs + leftMs);
  return leftMs === 0 || Math.abs(foundMs - atMs) < SHOWN_DIFFERENCE_MS ? atMs : foundMs;
}
