import type { CancelTimer, Clock } from "../base/clock.ts";
import { failpoint } from "../platform/failpoint.ts";
import { guarded } from "../platform/guarded.ts";
import type { ProcessIdentity } from "../platform/process_identity.ts";
import type { RunMember } from "./run_host.ts";

/** How the user wants it stopped. */
export interface StopOptions {
  readonly signal: string;
  readonly timeoutMs: number;
}

/** What is to be stopped: a run of a job, or the command of an exec. */
export interface StopTarget {
  /** Every process of it that is to go; zombies and the shim are not among them. */
  readonly members: () => RunMember[];
  /** True when nothing but members is waited for: the end is written down, or nobody is left to write it. */
  readonly isRecorded: () => boolean;
  /** False when the group is gone. */
  readonly signalGroup: (signal: string) => boolean;
  readonly signalProcess: (identity: ProcessIdentity, signal: string) => boolean;
}

/** A process that was still there after KILL. */
export interface RunSurvivor {
  readonly pid: number;
  readonly command: string;
}

/** Looks at the tree after these pauses, then at the last one again and again: there is no event for "tree empty". */
const LOOK_AFTER_MS = [2, 5, 10, 20, 40, 80];
/** How long KILL may take to show: a process in uninterruptible sleep may take for ever. */
const KILL_PATIENCE_MS = 3_000;

/**
 * Ends a run and proves it: stop signal to the group and to what left it, wait, KILL to everything that belongs to
 * the run except the shim (so that it still records the code), look until none is left. Made with the run in whatever
 * condition, also after its command ended, to end what that left behind.
 */
export class StopProcedure {
  /** Resolves when nothing is left, or with what could not be killed; never rejects. */
  readonly done: Promise<RunSurvivor[]>;
  readonly #target: StopTarget;
  readonly #clock: Clock;
  readonly #finish: (survivors: RunSurvivor[]) => void;
  readonly #signalled = new Set<string>();
  #signal: string;
  #deadline: number;
  #killedAt: number | undefined;
  #looks = 0;
  #cancelTimer: CancelTimer = () => {};

  constructor(target: StopTarget, clock: Clock, options: StopOptions) {
    this.#target = target;
    this.#clock = clock;
    this.#signal = options.signal;
    this.#deadline = clock.monotonic() + options.timeoutMs;
    const { promise, resolve } = Promise.withResolvers<RunSurvivor[]>();
    this.done = promise;
    this.#finish = resolve;
    this.#cancelTimer = clock.schedule(
      0,
      guarded("stop.begin", () => this.#begin(), () => this.#schedule()),
    );
  }

  /** A second request to stop: may shorten the wait or bring another signal, never lengthen it. */
  escalate(options: StopOptions): void {
    const deadline = this.#clock.monotonic() + options.timeoutMs;
    if (options.signal !== this.#signal) {
      this.#signal = options.signal;
      this.#signalled.clear();
      this.#signalAll(this.#target.members());
    }
    if (deadline < this.#deadline) {
      this.#deadline = deadline;
      this.look();
    }
  }

  /** Looks now instead of at the next pause; for when the run's end was just seen. */
  look(): void {
    this.#cancelTimer();
    this.#look();
  }

  /** Stops looking without an end, because the daemon goes away and its successor takes over. */
  abandon(): void {
    this.#cancelTimer();
  }

  #begin(): void {
    failpoint("stop.before_signal");
    this.#signalAll(this.#target.members());
    failpoint("stop.after_signal");
    this.#schedule();
  }

  #look(): void {
    // In this order: between the two a shim may still begin its command.
    const isRecorded = this.#target.isRecorded();
    const members = this.#target.members();
    if (isRecorded && members.length === 0) return this.#finish([]);
    const now = this.#clock.monotonic();
    if (this.#killedAt !== undefined && now - this.#killedAt > KILL_PATIENCE_MS) {
      return this.#finish(members.map((member) => ({
        pid: member.identity.pid,
        command: member.command,
      })));
    }
    if (now >= this.#deadline) this.#kill(members, now);
    else this.#signalAll(members);
    this.#schedule();
  }

  /** The group as one, and by itself each process that left it; each only once, and newcomers too. */
  #signalAll(members: readonly RunMember[]): void {
    const isFirst = this.#signalled.size === 0;
    if (isFirst) {
      this.#signalled.add("group");
      this.#target.signalGroup(this.#signal);
    }
    for (const member of members) {
      const key = `${member.identity.pid} ${member.identity.startTime}`;
      if (this.#signalled.has(key)) continue;
      this.#signalled.add(key);
      if (!member.inGroup || !isFirst) this.#target.signalProcess(member.identity, this.#signal);
    }
    // What is stopped would not see the signal before it goes on.
    if (isFirst) this.#target.signalGroup("SIGCONT");
  }

  #kill(members: readonly RunMember[], now: number): void {
    this.#killedAt ??= now;
    failpoint("stop.before_kill");
    if (this.#looks > LOOK_AFTER_MS.length) this.#looks = 0;
    // Frozen first, so that a fork bomb cannot outrun the sweep.
    for (const member of members) this.#target.signalProcess(member.identity, "SIGSTOP");
    for (const member of members) this.#target.signalProcess(member.identity, "SIGKILL");
    failpoint("stop.after_kill");
  }

  #schedule(): void {
    const pause = LOOK_AFTER_MS[Math.min(this.#looks++, LOOK_AFTER_MS.length - 1)]!;
    const untilDeadline = this.#killedAt === undefined
      ? Math.max(0, this.#deadline - this.#clock.monotonic())
      : pause;
    this.#cancelTimer = this.#clock.schedule(
      Math.min(pause, Math.max(1, untilDeadline)),
      guarded("stop.look", () => this.#look(), () => this.#schedule()),
    );
  }
}
