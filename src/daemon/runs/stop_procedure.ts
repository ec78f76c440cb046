import type { CancelTimer, Clock } from "../../base/clock.ts";
import { failpoint } from "../../platform/failpoint.ts";
import { background, guarded } from "../../platform/guarded.ts";
import type { ProcessIdentity, SignalOutcome } from "../../platform/processes/process_identity.ts";
import type { RunMember } from "./run_host.ts";

/** How the user wants it stopped. */
export interface StopOptions {
  readonly signal: string;
  readonly timeoutMs: number;
  /** It was asked for with this signal: no command is asked in its place. */
  readonly isBySignal?: boolean | undefined;
}

/** Another way to ask for the end than by the signal. */
export interface StopRequest {
  /** Resolves with whether it was done; if not, or when it rejects, the signal is sent. */
  readonly ask: (cancel: AbortSignal) => Promise<boolean>;
  /** It was not over when the time was, and is cancelled. */
  readonly tellLate: () => void;
}

/** What is to be stopped: a job's processes, or the command of an exec. */
export interface StopTarget {
  /** In place of the signal; absent: the signal is sent at once. */
  readonly request?: StopRequest | undefined;
  /** Every process of it that is to go; zombies and the shim are not among them. */
  readonly members: () => readonly RunMember[];
  /** True when nothing but members is waited for: the end is written down, or nobody is left to write it. */
  readonly isRecorded: () => boolean;
  /**
   * Who holds the output without being a member; asked last, when nobody else is left, because it is dear. `soon` when
   * it is held by the shim, which is about to end, or its keepers have not come to the end of it.
   */
  readonly holders: () => readonly RunMember[] | "soon";
  readonly isAlive: (identity: ProcessIdentity) => boolean;
  readonly signalGroup: (signal: string) => SignalOutcome;
  readonly signalProcess: (identity: ProcessIdentity, signal: string) => SignalOutcome;
  /** The user that a process acts as; undefined when it is gone. */
  readonly ownerOf: (pid: number) => string | undefined;
}

/** A process that is still there after all that could be done. */
export interface RunSurvivor {
  /** 0 when it is not known which process it is, only that there is one. */
  readonly pid: number;
  readonly command: string;
  /** Whom it acts as. */
  readonly user: string;
}

/** Looks at the tree after these pauses, then at the last one again and again: there is no event for "tree empty". */
const LOOK_AFTER_MS = [2, 5, 10, 20, 40, 80];
/** How long KILL may take to show: a process in uninterruptible sleep may take for ever. */
const KILL_PATIENCE_MS = 3_000;
/** Where nobody left may be killed, all there is to wait for is that they follow those that were. */
const REFUSED_PATIENCE_MS = 300;
/** A shim that does not end although its command has was stopped by somebody, as was a keeper: it holds nobody up. */
const MOST_SHIM_LOOKS = 20;

/**
 * Ends a run and proves it: stop signal to the group and to what left it, wait, KILL to everything that belongs to
 * the run except the shim (so that it still records the code), look until none is left. Where there is another way to
 * ask for the end, the signal goes only when that has failed, or has left somebody behind. The stop signal goes once, to
 * those who are there: what a handler of it starts to save or to tidy up is none of those, and gets only the KILL. Made
 * with the run in whatever condition, also after its command ended, to end what that left behind.
 */
export class StopProcedure {
  /** Resolves when nothing is left, or with what could not be ended; never rejects. */
  readonly done: Promise<RunSurvivor[]>;
  readonly #target: StopTarget;
  readonly #clock: Clock;
  readonly #finish: (survivors: RunSurvivor[]) => void;
  readonly #signalled = new Set<string>();
  /** Whoever was once found to belong to it and lives, also when no trace leads to him any more. */
  #known = new Map<string, RunMember>();
  readonly #refused = new Set<string>();
  #signal: string;
  #deadline: number;
  #killedAt: number | undefined;
  #looks = 0;
  #shimLooks = 0;
  #ended = 0;
  /** Who is asked in place of the signal, while that lasts. */
  #asking: AbortController | undefined;
  /** He has done what he could: the signal is for those whom the run's end leaves behind. */
  #isSignalHeld = false;
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
      guarded("stop.begin", () => this.#begin(), () => this.#onBlind()),
    );
  }

  /** How many processes it has seen the end of so far. */
  get ended(): number {
    return this.#ended;
  }

  /** Whether the time was over before all had ended. */
  get hasKilled(): boolean {
    return this.#killedAt !== undefined;
  }

  /** Who is known to be there still. */
  get left(): readonly RunMember[] {
    return [...this.#known.values()].filter(({ identity }) => identity.pid > 0);
  }

  /** A second request to stop: may shorten the wait or bring another signal, never lengthen it. */
  escalate(options: StopOptions): void {
    const deadline = this.#clock.monotonic() + options.timeoutMs;
    if (options.signal !== this.#signal || (options.isBySignal && this.#isHolding)) {
      this.#signal = options.signal;
      this.#signalled.clear();
      guarded(
        "stop.escalate",
        () => this.#signalAll(this.#members()),
        () => this.#onBlind(),
      )();
    }
    if (deadline < this.#deadline) {
      this.#deadline = deadline;
      this.look();
    }
  }

  /** Looks now instead of at the next pause; for when the run's end was just seen. */
  look(): void {
    this.#cancelTimer();
    guarded("stop.look_now", () => this.#look(), () => this.#onBlind())();
  }

  /** Stops looking without an end, because the daemon goes away and its successor takes over. */
  abandon(): void {
    this.#cancelTimer();
    this.#endRequest();
  }

  /** True while the signal has not been sent, because something else was asked. */
  get #isHolding(): boolean {
    return this.#asking !== undefined || this.#isSignalHeld;
  }

  #ask({ ask }: StopRequest): void {
    const asking = this.#asking = new AbortController();
    const onAnswer = (isDone: boolean) => {
      if (this.#asking !== asking) return;
      this.#asking = undefined;
      this.#isSignalHeld = isDone;
      if (!isDone) this.#signalAll(this.#members());
      this.look();
    };
    background("stop.ask", async () => onAnswer(await ask(asking.signal)), () => onAnswer(false));
  }

  #endRequest(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#isSignalHeld = false;
  }

  /** A look that fails (no descriptors, no memory) shows nothing; the next one may. */
  #onBlind(): void {
    const isHopeless = this.#clock.monotonic() > this.#deadline + KILL_PATIENCE_MS;
    if (isHopeless) this.#giveUp([...this.#known.values()]);
    else this.#schedule();
  }

  #begin(): void {
    failpoint("stop.before_signal");
    if (this.#target.request !== undefined) this.#ask(this.#target.request);
    else this.#signalAll(this.#members());
    failpoint("stop.after_signal");
    this.#schedule();
  }

  #look(): void {
    // In this order: between the two a shim may still begin its command.
    const isRecorded = this.#target.isRecorded() && this.#asking === undefined;
    let members = this.#members();
    if (isRecorded && members.length === 0) {
      const holders = this.#target.holders();
      if (holders === "soon" && this.#shimLooks++ < MOST_SHIM_LOOKS) return this.#schedule();
      if (holders === "soon" || holders.length === 0) return this.#finish([]);
      members = this.#remember(holders);
    }
    if (isRecorded && this.#isSignalHeld) this.#signalAll(members);
    const now = this.#clock.monotonic();
    if (this.#isPatienceOver(members, now)) return this.#giveUp(members);
    if (now >= this.#deadline) this.#kill(members, now);
    else if (!this.#isHolding) this.#signalLate(members);
    this.#schedule();
  }

  #isPatienceOver(members: readonly RunMember[], now: number): boolean {
    if (this.#killedAt === undefined) return false;
    const mayNone = members.length > 0 &&
      members.every((member) => this.#refused.has(keyOf(member)) || member.identity.pid === 0);
    return now - this.#killedAt > (mayNone ? REFUSED_PATIENCE_MS : KILL_PATIENCE_MS);
  }

  #giveUp(members: readonly RunMember[]): void {
    this.#finish(members.map(({ identity: { pid }, command }) => ({
      pid,
      command,
      user: this.#target.ownerOf(pid) ?? "unknown",
    })));
  }

  #members(): readonly RunMember[] {
    return this.#remember(this.#target.members());
  }

  /** Those that were just found, and those that were before and still live. */
  #remember(found: readonly RunMember[]): readonly RunMember[] {
    const living = new Map(found.map((member) => [keyOf(member), member]));
    for (const [key, member] of this.#known) {
      if (living.has(key)) continue;
      if (this.#target.isAlive(member.identity)) living.set(key, member);
      else if (member.identity.pid > 0) this.#ended++;
    }
    this.#known = living;
    return [...living.values()];
  }

  /** The group as one, and by itself each process that left it. */
  #signalAll(members: readonly RunMember[]): void {
    this.#endRequest();
    this.#target.signalGroup(this.#signal);
    for (const member of members) {
      this.#signalled.add(keyOf(member));
      if (!member.inGroup) this.#target.signalProcess(member.identity, this.#signal);
    }
    // What is stopped would not see the signal before it goes on.
    this.#target.signalGroup("SIGCONT");
    for (const member of members) {
      if (!member.inGroup) this.#target.signalProcess(member.identity, "SIGCONT");
    }
  }

  /** A command that was not born when the signal went has not had it; and who is only found by his files is told, too. */
  #signalLate(members: readonly RunMember[]): void {
    for (const member of members) {
      const key = keyOf(member);
      if (this.#signalled.has(key) || !(member.isCommand || member.isHolder)) continue;
      this.#signalled.add(key);
      this.#target.signalProcess(member.identity, this.#signal);
      this.#target.signalProcess(member.identity, "SIGCONT");
    }
  }

  #kill(members: readonly RunMember[], now: number): void {
    if (this.#asking !== undefined) this.#target.request!.tellLate();
    this.#endRequest();
    this.#killedAt ??= now;
    failpoint("stop.before_kill");
    if (this.#looks > LOOK_AFTER_MS.length) this.#looks = 0;
    // Frozen first, so that a fork bomb cannot outrun the sweep.
    for (const member of members) this.#target.signalProcess(member.identity, "SIGSTOP");
    for (const member of members) {
      const outcome = this.#target.signalProcess(member.identity, "SIGKILL");
      if (outcome === "refused") this.#refused.add(keyOf(member));
    }
    failpoint("stop.after_kill");
  }

  #schedule(): void {
    this.#cancelTimer();
    const pause = LOOK_AFTER_MS[Math.min(this.#looks++, LOOK_AFTER_MS.length - 1)]!;
    const untilDeadline = this.#killedAt === undefined
      ? Math.max(0, this.#deadline - this.#clock.monotonic())
      : pause;
    this.#cancelTimer = this.#clock.schedule(
      Math.min(pause, Math.max(1, untilDeadline)),
      guarded("stop.look", () => this.#look(), () => this.#onBlind()),
    );
  }
}

function keyOf({ identity }: RunMember): string {
  return `${identity.pid} ${identity.startTime}`;
}
