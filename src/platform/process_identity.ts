/** A process that cannot be mistaken for another one that got its pid later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the platform counts it, to be compared only. */
  readonly startTime: string;
  /** This boot of the machine (and pid namespace); pids of another one mean nothing here. */
  readonly bootId: string;
}

/** The identity of a living process; undefined when there is none or it is a zombie. */
export function readIdentity(_pid: number): ProcessIdentity | undefined {
  throw new Error("not there yet");
}

/** Whether exactly this process still lives; a zombie does not. */
export function isSameProcess(_identity: ProcessIdentity): boolean {
  throw new Error("not there yet");
}

/**
 * Signals exactly this process; false when it is gone, and for pids ≤ 1 and our own.
 * @throws AppError `permission.signal`
 */
export function signalProcess(_identity: ProcessIdentity, _signal: Deno.Signal | number): boolean {
  throw new Error("not there yet");
}

/**
 * Signals the process group that `leader` leads, also after the leader's end. The leader (the shim) itself is
 * left out of signals it cannot catch. False when nobody is left.
 * @throws AppError `permission.signal`
 */
export function signalGroup(_leader: ProcessIdentity, _signal: Deno.Signal | number): boolean {
  throw new Error("not there yet");
}

/** Names this boot of the machine and this pid namespace. */
export function bootId(): string {
  throw new Error("not there yet");
}
