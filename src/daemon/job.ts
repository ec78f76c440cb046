import { messageOf } from "../base/app_error.ts";
import { failpoint } from "../platform/failpoint.ts";
import type { ProcessIdentity } from "../platform/process_identity.ts";
import type { EventName } from "../protocol/event.ts";
import { isUp, type JobView } from "../protocol/job_view.ts";
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
import { createRun, eventNameOf, toLaunch, toSpec } from "./job_facts.ts";
import { judgeEnd } from "./run_end.ts";
import { toJobView } from "./job_view.ts";
import type { Ending } from "./restart_policy.ts";
import { RestartTimer } from "./restart_timer.ts";
import { toStopTarget } from "./run_stop_target.ts";
import { StartWatch } from "./start_watch.ts";
import { type RunSurvivor, type StopOptions, StopProcedure } from "./stop_procedure.ts";

/** How many looks a started shim gets to fork its command before the run counts as started without a pid. */
const PID_LOOKS = 7;

/**
 * One job and its current run: turns what happens into events of the machine, stores each transition before it is
 * announced, and carries out the effects. All of it is synchronous but the stop procedure, so that nothing can come
 * between a decision and its record.
 */
export class Job {
  readonly #context: JobContext;
  #record: JobRecord;
  #run: RunRecord | undefined;
  #stop: StopProcedure | undefined;
  readonly #restartTimer: RestartTimer;
  readonly #startWatch: StartWatch;
  #stopOptions: StopOptions | undefined;
  /** Monotonic; undefined while the current run is another daemon's. */
  #launchedAt: number | undefined;
  /** How the run ended, seen but not yet told: what it left behind is ended first. */
  #isLeaving = false;
  /** The stop under way is the daemon's own: what is to be up again is left to the next daemon. */
  #isSuspending = false;
  /** Why the current run was never started; for when that could not be recorded at once. */
  #startFailure: string | undefined;

  constructor(context: JobContext, record: JobRecord, run: RunRecord | undefined) {
    this.#context = context;
    this.#record = record;
    this.#run = run;
    this.#restartTimer = new RestartTimer({
      clock: context.clock,
      longestMs: () => context.settings().backoffMaxMs * 1.1,
      onDue: () => this.#startAgain(),
    });
    this.#startWatch = new StartWatch({
      clock: context.clock,
      look: () => this.observe(),
      isStarting: () => this.#record.status === "starting",
      onError: (error) => this.#complain("A start could not be recorded", error),
    });
  }

  get id(): string {
    return this.#record.id;
  }

  get record(): JobRecord {
    return this.#record;
  }

  /** The current run, or the last one. */
  get run(): RunRecord | undefined {
    return this.#run;
  }

  get isUp(): boolean {
    return isUp(this.#record.status);
  }

  /** True while there is a run whose end is not stored. */
  get isLive(): boolean {
    return this.#run !== undefined && this.#run.finishedAtMs === null;
  }

  /** The job as everybody may see it. */
  view(): JobView {
    const { host, usageOf } = this.#context;
    const files = this.#record.run > 0 ? host.files(this.id, this.#record.run) : undefined;
    return toJobView(this.#record, this.#run, { files, usage: usageOf(this.id) });
  }

  /** The user wants it up; a run that ends afterwards starts a new tally. */
  start(): void {
    if (!this.isUp) this.#change({ restarts: 0, tally: 0, reason: null });
    this.#handle("start");
  }

  /** The user wants it down and up again. */
  restart(): void {
    this.#change({ restarts: 0, tally: 0, reason: null });
    this.#handle("restart");
  }

  /** Asks for the end; resolves when nothing of the run is left, with what could not be killed. */
  async stop(
    options: Partial<StopOptions> = {},
    event: "stop" | "suspend" = "stop",
  ): Promise<RunSurvivor[]> {
    this.#stopOptions = {
      signal: options.signal ?? this.#record.stopSignal,
      timeoutMs: options.timeoutMs ?? this.#record.stopTimeoutMs,
    };
    this.#isSuspending = event === "suspend";
    const inProgress = this.#stop;
    if (this.isUp || this.#record.desired === "up") this.#handle(event);
    if (inProgress !== undefined && inProgress === this.#stop) {
      inProgress.escalate(this.#stopOptions);
    }
    this.#stopOptions = undefined;
    return await this.#stop?.done ?? [];
  }

  /**
   * Resolves when a stop or restart in progress has ended the old run.
   * @throws AppError `store.*` when that cannot be stored: what was to come next has not come
   */
  async settled(): Promise<void> {
    await this.#stop?.done;
    if (this.#record.status === "stopping" && this.#stop === undefined) this.observe();
  }

  /** Replaces the definition; for a job that is down. */
  redefine(change: Partial<JobRecord>): void {
    this.#change(change);
  }

  /** Takes up, after a daemon's start, what the last daemon left; see adoption.ts. */
  adopt(): void {
    const phase = this.#phase();
    if (phase === "backoff") return this.#restartTimer.set(this.#record.nextStartAtMs);
    if (!this.isLive) return;
    if (phase === "stopping" || phase === "restarting") return this.#beginStop();
    this.observe();
    if (this.#record.status === "starting") this.#startWatch.begin();
  }

  /** Forgets timers without touching the run: the daemon goes, the job stays. */
  release(): void {
    this.#restartTimer.cancel();
    this.#startWatch.end();
    this.#stop?.abandon();
  }

  /** Looks what became of the run and handles it; called on every hint that something may have changed. */
  observe(): void {
    const run = this.#run;
    if (run === undefined || run.finishedAtMs !== null) return;
    const { host } = this.#context;
    const marker = host.marker(run.runId);
    if (marker.kind === "exit") return this.#onExit(marker.code, marker.endedAtMs);
    if (run.shim !== null && host.isAlive(run.shim)) {
      if (marker.kind === "running") this.#onRunning(run);
      return;
    }
    this.#onShimGone(run, marker.kind);
  }

  #onRunning(run: RunRecord): void {
    const isStarting = this.#record.status === "starting";
    const process = run.process ?? this.#context.host.findCommand(run) ?? null;
    if (process === null && isStarting && this.#startWatch.looks < PID_LOOKS) return;
    if (process !== run.process) this.#changeRun({ process });
    if (isStarting) this.#handle("spawned");
    else if (process !== run.process) this.#change({}, "job_updated");
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
    if (this.#record.status === "starting") this.#handle("spawned");
    this.#end({ code }, endedAtMs, null);
  }

  /** The shim is not there and left no end: wait while a process of the run still is, then say so. */
  #onShimGone(run: RunRecord, marker: "none" | "queued" | "running"): void {
    if (this.#stop !== undefined) return;
    const { host, clock, logger } = this.#context;
    if (run.shim === null && marker !== "none") {
      // The daemon that started it did not live to record the shim: its mark finds it.
      const shim = host.findShim(run);
      if (shim !== undefined) {
        this.#changeRun({ shim });
        return this.observe();
      }
    }
    if (run.process !== null && host.isAlive(run.process)) {
      if (this.#record.reason !== UNSUPERVISED) {
        logger.warn("A shim was killed; its command goes on unsupervised", { job: this.id });
        this.#change({ reason: UNSUPERVISED }, "job_updated");
      }
      return;
    }
    if (host.isOutputOpen(run) && (run.process === null || marker === "queued")) return;
    const last = host.marker(run.runId);
    if (last.kind === "exit") return this.#onExit(last.code, last.endedAtMs);
    if (last.kind === "queued" || (last.kind === "none" && run.shim === null)) {
      const reason = this.#startFailure ?? "its shim was ended before it could begin";
      return this.#end("unstarted", clock.now(), reason);
    }
    this.#end("unknown", clock.now(), "exit code unknown: its shim was killed");
  }

  /** Ends a run of an earlier boot: nothing of it can be there. */
  loseToReboot(): void {
    this.#end("unknown", this.#context.clock.now(), "the machine was restarted");
  }

  #end(ending: Ending, endedAtMs: number, reason: string | null): void {
    const run = this.#run!;
    const { clock, settings, random, host } = this.#context;
    const phase = this.#phase();
    const launchedAt = this.#launchedAt;
    const lastedMs = launchedAt === undefined ? undefined : clock.monotonic() - launchedAt;
    const ended = { job: this.#record, run, ending, endedAtMs, lastedMs, reason, phase };
    const end = judgeEnd(ended, { nowMs: clock.now(), random: random(), settings: settings() });
    this.#isLeaving = false;
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
    const { status, desired } = this.#record;
    return toPhase(status, this.#isSuspending ? "down" : desired);
  }

  /** The door: looks up the table, stores job, runs and event as one, announces, then acts. */
  #handle(event: JobEvent, change: Partial<JobRecord> = {}, run?: RunRecord): void {
    const before = this.#record;
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
    this.#commit(record, { name, run, begins: effects.includes("spawn") });
    failpoint(`job.${event}.after_store`);
    for (const effect of effects) this.#perform(effect);
  }

  /** `begins`: the next run is recorded in the same step, so that no daemon finds a start without one. */
  #commit(
    record: JobRecord,
    { name, run, begins }: { name?: EventName; run?: RunRecord; begins?: boolean },
  ): void {
    const { store, bus, clock } = this.#context;
    const [oldRecord, oldRun] = [this.#record, this.#run];
    this.#record = record;
    if (run !== undefined) this.#run = run;
    try {
      const event = store.transaction(() => {
        store.jobs.update(record);
        if (run !== undefined) store.runs.update(run);
        const told = name && bus.record(name, this.id, { ...this.view() });
        if (begins) {
          this.#run = createRun(this.id, record.run + 1, clock.now());
          this.#record = { ...record, run: this.#run.run, nextStartAtMs: null };
          store.runs.insert(this.#run);
          store.jobs.update(this.#record);
        }
        return told;
      });
      if (event !== undefined) bus.publish(event);
    } catch (error) {
      // What could not be stored has not happened: the marker stays, and the next look tries again.
      [this.#record, this.#run] = [oldRecord, oldRun];
      throw error;
    }
  }

  #change(change: Partial<JobRecord>, event?: EventName): void {
    this.#commit({ ...this.#record, ...change }, { name: event });
  }

  #changeRun(change: Partial<RunRecord>): void {
    const run = { ...this.#run!, ...change };
    this.#context.store.runs.update(run);
    this.#run = run;
  }

  #perform(effect: Effect): void {
    if (effect === "begin_stop") this.#beginStop();
    else if (effect === "schedule_start") this.#restartTimer.set(this.#record.nextStartAtMs);
    else {
      this.#restartTimer.cancel();
      if (effect === "spawn") this.launch();
    }
  }

  /** Starts the shim of a run that is recorded; also called for one that the last daemon did not come to start. */
  launch(): void {
    const { clock, logger } = this.#context;
    this.#launchedAt = clock.monotonic();
    this.#startFailure = undefined;
    failpoint("spawn.after_record");
    let shim: ProcessIdentity;
    try {
      shim = this.#launchShim(this.#run!);
    } catch (error) {
      this.#startFailure = messageOf(error);
      logger.warn("A job could not be started", { job: this.id, error: this.#startFailure });
      return this.#end("unstarted", clock.now(), this.#startFailure);
    }
    this.#startWatch.begin();
    try {
      failpoint("spawn.after_launch");
      this.#changeRun({ shim });
    } catch (error) {
      // It runs all the same: its mark is what the next look finds it by.
      this.#complain("A start could not be recorded", error);
    }
  }

  #launchShim(run: RunRecord): ProcessIdentity {
    const { host } = this.#context;
    const { workdir, env, command } = this.#record;
    const executable = host.resolveCommand(command[0]!, workdir, env);
    host.prepare(run.runId, toSpec(this.#record, run));
    failpoint("spawn.after_prepare");
    return host.launch(toLaunch(this.#record, run, executable));
  }

  #beginStop(): void {
    const { host, clock } = this.#context;
    const { stopSignal, stopTimeoutMs } = this.#record;
    const options = this.#stopOptions ?? { signal: stopSignal, timeoutMs: stopTimeoutMs };
    this.#isLeaving = false;
    const procedure = new StopProcedure(toStopTarget(host, this.#run!), clock, options);
    this.#stop = procedure;
    procedure.done.then((survivors) => this.#onStopped(survivors));
  }

  /** Nothing is left (or it cannot be killed): now the end is told, with the code where there is one. */
  #onStopped(survivors: RunSurvivor[]): void {
    const { host, clock, logger } = this.#context;
    this.#stop = undefined;
    if (survivors.length > 0) {
      const pids = survivors.map(({ pid }) => pid).join(" ");
      logger.error("Processes refused to die", { job: this.id, pids });
    }
    const marker = host.marker(this.#run!.runId);
    try {
      if (marker.kind === "exit") this.#end({ code: marker.code }, marker.endedAtMs, null);
      else if (marker.kind === "queued") this.#end("unstarted", clock.now(), null);
      else this.#end("unknown", clock.now(), "exit code unknown: its shim was killed");
    } catch (error) {
      this.#complain("An end could not be recorded", error);
    }
  }

  #complain(what: string, error: unknown): void {
    this.#context.logger.error(what, { job: this.id, error: messageOf(error) });
  }

  #startAgain(): void {
    try {
      this.#handle("backoff_elapsed", { restarts: this.#record.restarts + 1 });
    } catch (error) {
      this.#complain("A restart could not be recorded", error);
      this.#restartTimer.retry();
    }
  }
}

/** Why a job is shown as running although nobody will write its exit code. */
const UNSUPERVISED = "unsupervised: its shim was killed, the exit code will not be known";
