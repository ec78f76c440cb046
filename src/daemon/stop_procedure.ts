import type { CancelTimer, Clock } from "../base/clock.ts";
import type { RunRecord } from "../store/store.ts";
import type { RunHost, RunMember } from "./run_host.ts";

/** How the user wants it stopped. */
export interface StopOptions {
  readonly signal: string;
  readonly timeoutMs: number;
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
  readonly #host: RunHost;
  readonly #clock: Clock;
  readonly #run: RunRecord;
  readonly #finish: (survivors: RunSurvivor[]) => void;
  readonly #signalled = new Set<string>();
  #signal: string;
  #deadline: number;
  #killedAt: number | undefined;
  #looks = 0;
  #cancelTimer: CancelTimer = () => {};

  constructor(host: RunHost, clock: Clock, run: RunRecord, options: StopOptions) {
    this.#host = host;
    this.#clock = clock;
    this.#run = run;
    this.#signal = options.signal;
    this.#deadline = clock.monotonic() + options.timeoutMs;
    const { promise, resolve } = Promise.withResolvers<RunSurvivor[]>();
    this.done = promise;
    this.#finish = resolve;
    this.#cancelTimer = clock.schedule(0, () => this.#begin());
  }

  /** A second request to stop: may shorten the wait or bring another signal, never lengthen it. */
  escalate(options: StopOptions): void {
    const deadline = this.#clock.monotonic() + options.timeoutMs;
    if (options.signal !== this.#signal) {
      this.#signal = options.signal;
      this.#signalled.clear();
      this.#signalAll(this.#host.members(this.#run));
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
    this.#signalAll(this.#host.members(this.#run));
    this.#schedule();
  }

  #look(): void {
    const members = this.#host.members(this.#run);
    const isOver = members.length === 0 && this.#host.marker(this.#run.runId).kind !== "running" &&
      this.#host.marker(this.#run.runId).kind !== "queued";
    if (isOver || (members.length === 0 && !this.#isShimAlive())) return this.#finish([]);
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

  #isShimAlive(): boolean {
    return this.#run.shim !== null && this.#host.isAlive(this.#run.shim);
  }

  /** The group as one, and by itself each process that left it; each only once, and newcomers too. */
  #signalAll(members: readonly RunMember[]): void {
    const isFirst = this.#signalled.size === 0;
    if (isFirst) {
      this.#signalled.add("group");
      this.#host.signalGroup(this.#run, this.#signal);
    }
    for (const member of members) {
      const key = `${member.identity.pid} ${member.identity.startTime}`;
      if (this.#signalled.has(key)) continue;
      this.#signalled.add(key);
      if (!member.inGroup || !isFirst) this.#host.signalProcess(member.identity, this.#signal);
    }
    // What is stopped would not see the signal before it goes on.
    if (isFirst) this.#host.signalGroup(this.#run, "SIGCONT");
  }

  #kill(members: readonly RunMember[], now: number): void {
    this.#killedAt ??= now;
    if (this.#looks > LOOK_AFTER_MS.length) this.#looks = 0;
    // Frozen first, so that a fork bomb cannot outrun the sweep.
    for (const member of members) this.#host.signalProcess(member.identity, "SIGSTOP");
    for (const member of members) this.#host.signalProcess(member.identity, "SIGKILL");
  }

  #schedule(): void {
    const pause = LOOK_AFTER_MS[Math.min(this.#looks++, LOOK_AFTER_MS.length - 1)]!;
    const untilDeadline = this.#killedAt === undefined
      ? Math.max(0, this.#deadline - this.#clock.monotonic())
      : pause;
    this.#cancelTimer = this.#clock.schedule(
      Math.min(pause, Math.max(1, untilDeadline)),
      () => this.#look(),
    );
  }
}
