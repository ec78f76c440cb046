import { messageOf } from "../../base/app_error.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import type { Asker, JobStopOptions } from "./asker.ts";
import type { Effect, MachineEvent } from "./job_machine.ts";
import type { JobContext } from "./job_context.ts";
import { isWanted, UNSUPERVISED } from "./job_facts.ts";
import { type EndingKind, JobState, type StoredChange } from "./job_state.ts";
import { LeftEnding, type LeftResult } from "./left_ending.ts";
import type { Readiness } from "../readiness/readiness_watch.ts";
import { RestartTimer } from "./restart_timer.ts";
import { lookAtRun } from "../runs/run_sight.ts";
import { RunSettling } from "../runs/run_settling.ts";
import { RunEnding } from "./run_ending.ts";
import { RunStart } from "./run_start.ts";
import { RunStop } from "./run_stop.ts";
import { isOver, judgeRun, type RunEvidence, type RunVerdict } from "../runs/run_verdict.ts";
import type { StopOptions } from "../runs/stop_procedure.ts";

/** What goes with an event of the machine. */
interface Happening extends StoredChange {
  /** How a stop that follows is to be done; without it as the job says. */
  readonly stop?: StopOptions;
  /** Where the command of a start that follows was just found. */
  readonly executable?: string | undefined;
}

/** How many looks a started shim gets to fork its command before the run counts as started without a pid. */
const PID_LOOKS = 7;

/**
 * One job and its current run: turns what happens into events of the machine, stores each transition before it is
 * announced, and carries out the effects. All of it is synchronous but the stop procedure, so that nothing can come
 * between a decision and its record.
 */
export class Job {
  readonly #context: JobContext;
  readonly #state: JobState;
  readonly #leftEnding: LeftEnding;
  readonly #restartTimer: RestartTimer;
  readonly #start: RunStart;
  readonly #settling: RunSettling;
  readonly #stop: RunStop;
  readonly #ending: RunEnding;

  constructor(context: JobContext, record: JobRecord, run: RunRecord | undefined) {
    this.#context = context;
    this.#state = new JobState(context, record, run);
    this.#leftEnding = new LeftEnding(context, record.id);
    this.#restartTimer = new RestartTimer({
      clock: context.clock,
      longestMs: () => context.settings().backoffMaxMs * 1.1,
      onDue: () => this.#startAgain(),
    });
    this.#start = new RunStart({
      context,
      state: this.#state,
      leftEnding: this.#leftEnding,
      observe: () => this.observe(),
      onFailed: (failure) => this.#ending.tellUnstarted(failure),
    });
    this.#ending = new RunEnding({
      context,
      state: this.#state,
      start: this.#start,
      handle: (event, happening) => this.#handle(event, happening),
    });
    this.#stop = new RunStop({
      context,
      state: this.#state,
      onDone: (result) => this.#ending.tellStopped(result),
    });
    this.#settling = new RunSettling({ ...context, onDue: () => this.observe() });
  }

  get id(): string {
    return this.record.id;
  }

  get record(): JobRecord {
    return this.#state.record;
  }

  /** The current run, or the last one. */
  get run(): RunRecord | undefined {
    return this.#state.run;
  }

  get isUp(): boolean {
    return isUp(this.record.status);
  }

  /** True while there is a run whose end is not stored. */
  get isLive(): boolean {
    return this.#state.isLive;
  }

  /** True while the end of its run waits for the last of the output. */
  get isSettling(): boolean {
    return this.#settling.isWaiting;
  }

  /** True while what an earlier run has left is being ended. */
  get isEnding(): boolean {
    return this.#leftEnding.done !== undefined;
  }

  /** The job as everybody may see it. */
  view(): JobView {
    return this.#state.view();
  }

  /** The user wants it up, with the command where it was just found; a run that ends afterwards starts a new tally. */
  start(executable?: string): void {
    if (!this.isUp) this.#state.change({ restarts: 0, tally: 0, reason: null });
    this.#handle("start", { executable });
    this.#stopAgain();
  }

  /** The user wants it down and up again. */
  restart(asker: Asker = { what: "restart" }): void {
    this.#state.noteAsked(asker);
    this.#state.change({ restarts: 0, tally: 0, reason: null });
    this.#stop.spare();
    this.#handle("restart");
    this.#stopAgain();
  }

  /** Asks for the end, of what earlier runs have left, too; resolves with what came of it. */
  async stop(
    options: JobStopOptions = {},
    kind: EndingKind = "stop",
  ): Promise<LeftResult> {
    this.#state.noteStop(options, kind);
    const how = {
      signal: options.signal ?? this.record.stopSignal,
      timeoutMs: options.timeoutMs ?? this.record.stopTimeoutMs,
      isBySignal: options.signal !== undefined,
    };
    this.#state.ending = kind;
    this.#stop.spareNobody();
    const isUnderWay = this.#stop.isUnderWay;
    const event = kind === "suspend" ? kind : "stop";
    if (isWanted(this.record)) this.#handle(event, { stop: how });
    if (isUnderWay) this.#stop.escalate(how);
    else this.#stopAgain(how);
    if (this.#stop.done !== undefined) return { ended: 0, survivors: await this.#stop.done };
    return await this.endLeft(false, options);
  }

  /** Ends what earlier runs have left of a job that is down. */
  async endLeft(isSparing: boolean, options: Partial<StopOptions> = {}): Promise<LeftResult> {
    const { stopSignal: signal, stopTimeoutMs: timeoutMs } = this.record;
    const result = await this.#leftEnding.begin({ signal, timeoutMs, ...options, isSparing });
    // Called off by a stop of the next run, which sees to it, or there is nobody.
    return result ?? { ended: 0, survivors: await this.#stop.done ?? [] };
  }

  /**
   * Resolves when a stop or restart in progress has ended the old run, or could not.
   * @throws AppError `store.*` when that cannot be stored: what was to come next has not come
   */
  async settled(): Promise<void> {
    while (this.#stop.isUnderWay || this.#leftEnding.done !== undefined) {
      await (this.#stop.done ?? this.#leftEnding.done);
    }
    if (this.record.status === "stopping" && !this.#stop.isUnderWay) this.observe();
  }

  /** Notes why its run is about to end, also as a stable word: told when it has, by whichever daemon. */
  readonly noteReason = (why: string, cause: string): void => this.#state.noteReason(why, cause);

  /** Notes that a signal was sent that may end its run. */
  readonly noteSignal = (by: Asker, signal: string): void => this.#state.noteAsked(by, signal);

  /** Notes what was found out about whether the current run serves, and tells it. */
  noteReadiness(readiness: Readiness): void {
    // It was over before anybody saw it run.
    if (this.record.status === "starting") this.#handle("spawned");
    this.#state.noteReadiness(readiness);
  }

  /** Replaces the definition; for a job that is down. */
  readonly redefine = (change: Partial<JobRecord>): void => this.#state.change(change);

  /** Makes a record true that is stored already, as a part of a larger step. */
  readonly become = (record: JobRecord): void => this.#state.become(record);

  /** Changes the definition, if by anything, and says so; what only a start makes true waits for the next. */
  amend(change: Partial<JobRecord>): void {
    this.#state.change(change, "job_updated");
  }

  /** Takes up, after a daemon's start, what the last daemon left: what never began is begun, once. */
  adopt(): void {
    const { phase } = this.#state;
    if (phase === "backoff") return this.#restartTimer.set(this.record.nextStartAtMs);
    if (!this.isLive) return;
    const { evidence, verdict } = this.#look();
    const mayBegin = phase === "starting" && this.record.fault === undefined;
    if (verdict.is === "unbegun" && mayBegin) return this.#start.begin();
    // Of an earlier boot nothing can be there, and pids that look like its own are others'.
    const isOver = verdict.is === "lost" && evidence.shim === "other_boot";
    if (!isOver && (phase === "stopping" || phase === "restarting")) return this.#beginStop();
    this.#follow(verdict);
    if (this.record.status === "starting") this.#start.watch();
  }

  /** Forgets timers without touching the run: the daemon goes, the job stays. */
  release(): void {
    this.#restartTimer.cancel();
    this.#start.end();
    this.#settling.end();
    this.#stop.abandon();
    this.#leftEnding.abandon();
  }

  /** Looks what became of the run and handles it; called on every hint that something may have changed. */
  observe(): void {
    if (this.isLive) this.#follow(this.#look().verdict);
  }

  /** What is to be seen of the run, and what that means; whom it found is written down. */
  #look(): { evidence: RunEvidence; verdict: RunVerdict } {
    const run = this.run!;
    const { evidence, shim, process } = lookAtRun(this.#context.host, run);
    if (shim !== run.shim || process !== run.process) this.#state.changeRun({ shim, process });
    return { evidence, verdict: judgeRun(evidence) };
  }

  #follow(verdict: RunVerdict): void {
    // It has not begun: what others left is ended first.
    if (verdict.is === "unbegun" && this.#leftEnding.done !== undefined) return;
    const isStopping = this.#stop.isUnderWay;
    if (isOver(verdict) && !isStopping && !this.#settling.isSettled(this.run!)) return;
    if (verdict.is === "running") return this.#onRunning(this.run!);
    // A stop under way sees to whoever is left before it tells the end.
    if (isStopping) { if (verdict.is === "ended") this.#stop.look(); }
    else if (verdict.is === "unsupervised") this.#onUnsupervised();
    else if (isOver(verdict)) this.#ending.tell(verdict);
  }

  #onRunning(run: RunRecord): void {
    const isStarting = this.record.status === "starting";
    const process = run.process ?? this.#context.host.findCommandProcess(run) ?? null;
    const isEarly = process === null && this.#start.looks < PID_LOOKS;
    if (isStarting ? isEarly : process === run.process) return;
    // Whatever kept it from running before does so no more.
    if (isStarting) this.#handle("spawned", { change: { reason: null }, run: { ...run, process } });
    else this.#state.change({}, "job_updated", { ...run, process });
  }

  #onUnsupervised(): void {
    if (this.record.reason === UNSUPERVISED) return;
    this.#context.logger.warn("A shim was killed; its command goes on unsupervised", {
      job: this.id,
    });
    this.#state.change({ reason: UNSUPERVISED }, "job_updated");
  }

  /** The door: every transition goes through it, is stored and announced, and then acted upon. */
  #handle(event: MachineEvent, happening: Happening = {}): void {
    for (const effect of this.#state.handle(event, happening)) {
      this.#perform(effect, happening);
    }
  }

  #perform(effect: Effect, { stop, executable }: Happening): void {
    if (effect === "begin_stop") this.#beginStop(stop);
    else if (effect === "schedule_start") this.#restartTimer.set(this.record.nextStartAtMs);
    else {
      this.#restartTimer.cancel();
      if (effect === "spawn") this.#start.begin(executable);
    }
  }

  #beginStop(how?: StopOptions): void {
    const { stopSignal: signal, stopTimeoutMs: timeoutMs } = this.record;
    this.#leftEnding.abandon();
    this.#stop.begin(how ?? { signal, timeoutMs });
  }

  /** What the last stop could not end may let itself be ended now. */
  #stopAgain(how?: StopOptions): void {
    if (this.record.status === "stopping" && !this.#stop.isUnderWay && this.isLive) {
      this.#beginStop(how);
    }
  }

  #startAgain(): void {
    try {
      this.#handle("backoff_elapsed", { change: { restarts: this.record.restarts + 1 } });
    } catch (error) {
      const told = { job: this.id, error: messageOf(error) };
      this.#context.logger.error("A restart could not be recorded", told);
      this.#restartTimer.retry();
    }
  }
}
