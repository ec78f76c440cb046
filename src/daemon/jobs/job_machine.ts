import type { Desired, JobStatus } from "../../protocol/job_view.ts";

/**
 * Where a job is, as the machine sees it: `restarting` is a stop that will be followed by a start, and is shown as
 * `stopping`.
 */
export type Phase = JobStatus | "restarting";

/** What can happen to a job. The verdict on an end (`ended_*`) is the restart policy's, not the machine's. */
export type MachineEvent =
  /** The user wants it up. */
  | "start"
  /** The user wants it down. */
  | "stop"
  /** The user wants it down and up again. */
  | "restart"
  /** The daemon goes away and takes its jobs along; what the user asked for stays as it is. */
  | "suspend"
  /** The shim has proved that it started. */
  | "spawned"
  | "spawn_failed"
  /** Ended with code 0. */
  | "ended_ok"
  /** Ended with another code, or the policy gave up. */
  | "ended_bad"
  /** Ended, and nobody can know how. */
  | "ended_unknown"
  /** Ended, and the policy wants it back. */
  | "ended_again"
  | "backoff_elapsed";

/** What the supervisor must do when a transition is taken. */
export type Effect = "spawn" | "begin_stop" | "schedule_start" | "cancel_start";

/** One cell of the table. */
export interface Transition {
  readonly to: Phase;
  /** What the user now wants; absent: as before. */
  readonly desired?: Desired;
  readonly effects: readonly Effect[];
}

const go = (to: Phase, ...effects: Effect[]): Transition => ({ to, effects });
const up = (to: Phase, ...effects: Effect[]): Transition => ({ to, desired: "up", effects });
const down = (to: Phase, ...effects: Effect[]): Transition => ({ to, desired: "down", effects });

/** The rows of a job that is down: they differ only in what they are called. */
function atRest(phase: Phase): Record<MachineEvent, Transition> {
  return {
    start: up("starting", "spawn"),
    restart: up("starting", "spawn"),
    stop: down(phase),
    suspend: go(phase),
    spawned: go(phase),
    spawn_failed: go(phase),
    ended_ok: go(phase),
    ended_bad: go(phase),
    ended_unknown: go(phase),
    ended_again: go(phase),
    backoff_elapsed: go(phase),
  };
}

/** Every phase × every event. A pair that cannot happen stays where it is and does nothing. */
export const JOB_MACHINE: Readonly<Record<Phase, Readonly<Record<MachineEvent, Transition>>>> = {
  starting: {
    start: up("starting"),
    stop: down("stopping", "begin_stop"),
    restart: up("restarting", "begin_stop"),
    suspend: go("stopping", "begin_stop"),
    spawned: go("running"),
    spawn_failed: down("failed"),
    ended_ok: down("exited"),
    ended_bad: down("failed"),
    ended_unknown: down("lost"),
    ended_again: go("backoff", "schedule_start"),
    backoff_elapsed: go("starting"),
  },
  running: {
    start: up("running"),
    stop: down("stopping", "begin_stop"),
    restart: up("restarting", "begin_stop"),
    suspend: go("stopping", "begin_stop"),
    spawned: go("running"),
    spawn_failed: go("running"),
    ended_ok: down("exited"),
    ended_bad: down("failed"),
    ended_unknown: down("lost"),
    ended_again: go("backoff", "schedule_start"),
    backoff_elapsed: go("running"),
  },
  stopping: {
    start: up("restarting"),
    stop: down("stopping"),
    restart: up("restarting"),
    suspend: go("stopping"),
    spawned: go("stopping"),
    spawn_failed: go("stopped"),
    ended_ok: go("stopped"),
    ended_bad: go("stopped"),
    ended_unknown: go("stopped"),
    ended_again: go("stopped"),
    backoff_elapsed: go("stopping"),
  },
  restarting: {
    start: up("restarting"),
    stop: down("stopping"),
    restart: up("restarting"),
    suspend: go("stopping"),
    spawned: go("restarting"),
    spawn_failed: go("starting", "spawn"),
    ended_ok: go("starting", "spawn"),
    ended_bad: go("starting", "spawn"),
    ended_unknown: go("starting", "spawn"),
    ended_again: go("starting", "spawn"),
    backoff_elapsed: go("restarting"),
  },
  backoff: {
    start: up("starting", "cancel_start", "spawn"),
    stop: down("stopped", "cancel_start"),
    restart: up("starting", "cancel_start", "spawn"),
    suspend: go("stopped", "cancel_start"),
    spawned: go("backoff"),
    spawn_failed: go("backoff"),
    ended_ok: go("backoff"),
    ended_bad: go("backoff"),
    ended_unknown: go("backoff"),
    ended_again: go("backoff"),
    backoff_elapsed: go("starting", "spawn"),
  },
  stopped: atRest("stopped"),
  exited: atRest("exited"),
  failed: atRest("failed"),
  lost: atRest("lost"),
};

/** What users see of a phase. */
export function toStatus(phase: Phase): JobStatus {
  return phase === "restarting" ? "stopping" : phase;
}

/** The phase that a stored status stands for: a stop that the user wants up again was a restart. */
export function toPhase(status: JobStatus, desired: Desired): Phase {
  return status === "stopping" && desired === "up" ? "restarting" : status;
}
