import { messageOf } from "../base/app_error.ts";
import { failpoint } from "../platform/failpoint.ts";
import { background } from "../platform/guarded.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { JobRecord, RunRecord } from "../store/store.ts";
import {
  type Effect,
  JOB_MACHINE,
  type JobEvent,
  type Phase,
  toPhase,
  toStatus,
} from "./job_machine.ts";
import type { JobContext } from "./job_context.ts";
import { eventNameOf, toLeft, UNSUPERVISED } from "./job_facts.ts";
import { JobState } from "./job_state.ts";
import { LeftEnding, type LeftResult } from "./left_ending.ts";
import { judgeEnd } from "./run_end.ts";
import type { Ending } from "./restart_policy.ts";
import { RestartTimer } from "./restart_timer.ts";
import { lookAtRun } from "./run_sight.ts";
import { RunStart } from "./run_start.ts";
import { toStopTarget } from "./run_stop_target.ts";
import {
  isOver,
  judgeRun,
  judgeStoppedRun,
  type RunEvidence,
  type RunVerdict,
} from "./run_verdict.ts";
import { type RunSurvivor, type StopOptions, StopProcedure } from "./stop_procedure.ts";
import { describeSurvivors } from "./survivors.ts";

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
  #stop: StopProcedure | undefined;
  /** What has let go of the run is left alone by the stop under way. */
  #isSparing = false;
  readonly #leftEnding: LeftEnding;
  readonly #restartTimer: RestartTimer;
  readonly #start: RunStart;
  #stopOptions: StopOptions | undefined;
  /** How the run ended, seen but not yet told: what it left behind is ended first. */
  #isLeaving = false;
  /** The stop under way is the daemon's own: what is to be up again is left to the next daemon. */
  #isSuspending = false;

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
      onFailed: (why) => this.#end("unstarted", context.clock.now(), why),
    });
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
    return this.run !== undefined && this.run.finishedAtMs === null;
  }

  /** True while what an earlier run has left is being ended. */
  get isEnding(): boolean {
    return this.#leftEnding.done !== undefined;
  }

  /** The job as everybody may see it. */
  view(): JobView {
    return this.#state.view();
  }

  /** The user wants it up; a run that ends afterwards starts a new tally. */
  start(): void {
    if (!this.isUp) this.#state.change({ restarts: 0, tally: 0, reason: null });
    this.#handle("start");
    this.#stopAgain();
  }

  /** The user wants it down and up again. */
  restart(): void {
    this.#state.change({ restarts: 0, tally: 0, reason: null });
    if (this.#stop === undefined) this.#isSparing = true;
    this.#handle("restart");
    this.#stopAgain();
  }

  /** Asks for the end, of what earlier runs have left, too; resolves with what came of it. */
  async stop(
    options: Partial<StopOptions> = {},
    event: "stop" | "suspend" = "stop",
  ): Promise<LeftResult> {
    this.#stopOptions = {
      signal: options.signal ?? this.record.stopSignal,
      timeoutMs: options.timeoutMs ?? this.record.stopTimeoutMs,
    };
    this.#isSuspending = event === "suspend";
    this.#isSparing = false;
    const inProgress = this.#stop;
    if (this.isUp || this.record.desired === "up") this.#handle(event);
    if (inProgress !== undefined && inProgress === this.#stop) {
      inProgress.escalate(this.#stopOptions);
    } else this.#stopAgain();
    this.#stopOptions = undefined;
    if (this.#stop !== undefined) return { ended: 0, survivors: await this.#stop.done };
    return await this.endLeft(false, options);
  }

  /** Ends what earlier runs have left of a job that is down. */
  async endLeft(isSparing: boolean, options: Partial<StopOptions> = {}): Promise<LeftResult> {
    const { stopSignal: signal, stopTimeoutMs: timeoutMs } = this.record;
    const result = await this.#leftEnding.begin({ signal, timeoutMs, ...options, isSparing });
    // Called off by a stop of the next run, which sees to it, or there is nobody.
    return result ?? { ended: 0, survivors: await this.#stop?.done ?? [] };
  }

  /**
   * Resolves when a stop or restart in progress has ended the old run, or could not.
   * @throws AppError `store.*` when that cannot be stored: what was to come next has not come
   */
  async settled(): Promise<void> {
    while (this.#stop !== undefined || this.#leftEnding.done !== undefined) {
      await (this.#stop?.done ?? this.#leftEnding.done);
    }
    if (this.record.status === "stopping" && this.#stop === undefined) this.observe();
  }

  /** Tells everybody what is not of the record: how many processes are left. */
  tellChange(): void {
    this.#state.change({}, "job_updated");
  }

  /** Replaces the definition; for a job that is down. */
  redefine(change: Partial<JobRecord>): void {
    this.#state.change(change);
  }

  /** Changes the definition, and says so; what only a start makes true waits for the next. */
  amend(change: Partial<JobRecord>): void {
    this.#state.change(change, "job_updated");
  }

  /** Takes up, after a daemon's start, what the last daemon left: what never began is begun, once. */
  adopt(): void {
    const phase = this.#phase();
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
    this.#stop?.abandon();
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
    if (verdict.is === "ended") return this.#onExit(verdict.code, verdict.endedAtMs);
    if (verdict.is === "running") return this.#onRunning(this.run!);
    // A stop under way sees to whoever is left before it tells the end.
    if (this.#stop !== undefined) return;
    if (verdict.is === "unsupervised") this.#onUnsupervised();
    else if (verdict.is === "unbegun" || verdict.is === "lost") this.#tellEnd(verdict);
  }

  #onRunning(run: RunRecord): void {
    const isStarting = this.record.status === "starting";
    const process = run.process ?? this.#context.host.findCommand(run) ?? null;
    if (process === null && isStarting && this.#start.looks < PID_LOOKS) return;
    if (process !== run.process) this.#state.changeRun({ process });
    if (isStarting) this.#handle("spawned");
    else if (process !== run.process) this.#state.change({}, "job_updated");
  }

  /** The end is known; a stop in progress first ends what the command left behind. */
  #onExit(code: number, endedAtMs: number): void {
    if (this.#stop !== undefined) {
      // Its own look finds the marker; without the guard the two would call each other.
      if (!this.#isLeaving) {
        this.#isLeaving = true;
        this.#stop.look();
      }
      return;
    }
    if (this.record.status === "starting") this.#handle("spawned");
    this.#end({ code }, endedAtMs, null);
  }

  #onUnsupervised(): void {
    if (this.record.reason === UNSUPERVISED) return;
    this.#context.logger.warn("A shim was killed; its command goes on unsupervised", {
      job: this.id,
    });
    this.#state.change({ reason: UNSUPERVISED }, "job_updated");
  }

  /** The end of a run of which nothing goes on. */
  #tellEnd(verdict: RunVerdict): void {
    const now = this.#context.clock.now();
    if (verdict.is === "ended") this.#end({ code: verdict.code }, verdict.endedAtMs, null);
    else if (verdict.is === "unbegun") {
      // A stop that came before the beginning needs no reason.
      const isStopped = this.record.status === "stopping";
      const reason = this.#start.failure ?? "its shim was ended before it could begin";
      this.#end("unstarted", now, isStopped ? null : reason);
    } else if (verdict.is === "lost") this.#end("unknown", now, verdict.reason);
  }

  #end(ending: Ending, endedAtMs: number, reason: string | null): void {
    const run = this.run!;
    const { clock, settings, random, host } = this.#context;
    const phase = this.#phase();
    const { lastedMs } = this.#start;
    const ended = { job: this.record, run, ending, endedAtMs, lastedMs, reason, phase };
    const end = judgeEnd(ended, { nowMs: clock.now(), random: random(), settings: settings() });
    this.#isLeaving = false;
    if (run.shim !== null) this.#context.left.suspect(run, this.#start.launchedAt);
    this.#handle(end.event, end.change, end.run);
    failpoint("end.before_discard");
    try {
      host.discard(run.runId);
    } catch (error) {
      // The next daemon's adoption removes it.
      this.#complain("The directory of a run could not be removed", error);
    }
  }

  #phase(): Phase {
    const { status, desired } = this.record;
    return toPhase(status, this.#isSuspending ? "down" : desired);
  }

  /** The door: looks up the table, stores job, runs and event as one, announces, then acts. */
  #handle(event: JobEvent, change: Partial<JobRecord> = {}, run?: RunRecord): void {
    const before = this.record;
    const phase = this.#phase();
    const transition = JOB_MACHINE[phase][event];
    const { effects } = transition;
    const record: JobRecord = {
      ...before,
      ...change,
      ...(effects.includes("cancel_start") ? { nextStartAtMs: null } : {}),
      status: toStatus(transition.to),
      desired: transition.desired ?? before.desired,
    };
    const name = eventNameOf(before, record);
    failpoint(`job.${event}.before_store`);
    this.#state.commit(record, { name, run, begins: effects.includes("spawn") });
    failpoint(`job.${event}.after_store`);
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    if (effect === "begin_stop") this.#beginStop();
    else if (effect === "schedule_start") this.#restartTimer.set(this.record.nextStartAtMs);
    else {
      this.#restartTimer.cancel();
      if (effect === "spawn") this.#start.begin();
    }
  }

  #beginStop(): void {
    const { stopSignal, stopTimeoutMs } = this.record;
    const options = this.#stopOptions ?? { signal: stopSignal, timeoutMs: stopTimeoutMs };
    this.#isLeaving = false;
    this.#leftEnding.abandon();
    const stop = { jobId: this.id, run: this.run, isSparing: () => this.#isSparing };
    const target = toStopTarget(this.#context, stop);
    const procedure = new StopProcedure(target, this.#context.clock, options);
    this.#stop = procedure;
    background("job.stopped", async () => this.#onStopped(await procedure.done, procedure), () => {
      // The next look finds how it ended.
      this.#stop = undefined;
    });
  }

  /** What the last stop could not end may let itself be ended now. */
  #stopAgain(): void {
    if (this.record.status === "stopping" && this.#stop === undefined && this.isLive) {
      this.#beginStop();
    }
  }

  /**
   * Nothing is left: now the end is told, with the code where there is one. A command that cannot be ended goes on, and
   * its job stays on its way down: whenever it does end, that is told as any other.
   */
  #onStopped(survivors: RunSurvivor[], { left: members }: StopProcedure): void {
    const { host, logger, left } = this.#context;
    this.#stop = undefined;
    const runId = this.run!.runId;
    if (survivors.length > 0) {
      const why = describeSurvivors(survivors);
      logger.error("Not all of a job could be ended", { job: this.id, why });
    }
    try {
      const { evidence } = lookAtRun(host, this.run!);
      const verdict = survivors.length > 0 ? judgeRun(evidence) : judgeStoppedRun(evidence);
      if (!isOver(verdict)) {
        return this.#state.change({ reason: describeSurvivors(survivors) }, "job_updated");
      }
      left.remember(members.map((member) => toLeft(member, runId)));
      const isClean = survivors.length === 0 && !this.#isSparing;
      this.#tellEnd(verdict);
      if (isClean && !this.isLive) left.settle(this.id);
    } catch (error) {
      this.#complain("An end could not be recorded", error);
    }
  }

  #complain(what: string, error: unknown): void {
    this.#context.logger.error(what, { job: this.id, error: messageOf(error) });
  }

  #startAgain(): void {
    try {
      this.#handle("backoff_elapsed", { restarts: this.record.restarts + 1 });
    } catch (error) {
      this.#complain("A restart could not be recorded", error);
      this.#restartTimer.retry();
    }
  }
}
