import { AppError, messageOf } from "../base/app_error.ts";
import type { CancelTimer, Clock } from "../base/clock.ts";
import { toRunId } from "../base/ids.ts";
import type { Logger } from "../base/logger.ts";
import type { Settings } from "../config/settings.ts";
import { failpoint } from "../platform/failpoint.ts";
import { signalName } from "../platform/os_signals.ts";
import type { EventName } from "../protocol/event.ts";
import { isUp, type JobView } from "../protocol/job_view.ts";
import type { JobRecord, RunRecord, Store } from "../store/store.ts";
import type { EventBus } from "./event_bus.ts";
import {
  type Effect,
  JOB_MACHINE,
  type JobEvent,
  type Phase,
  toPhase,
  toStatus,
} from "./job_machine.ts";
import { toJobView, type Usage } from "./job_view.ts";
import { type Ending, judgeEnding } from "./restart_policy.ts";
import type { RunHost } from "./run_host.ts";
import {
  type RunSurvivor,
  type StopOptions,
  StopProcedure,
  type StopTarget,
} from "./stop_procedure.ts";

/** What every job shares with the supervisor. */
export interface JobContext {
  readonly clock: Clock;
  readonly store: Store;
  readonly bus: EventBus;
  readonly host: RunHost;
  readonly logger: Logger;
  readonly settings: () => Settings;
  readonly usageOf: (jobId: string) => Usage | undefined;
  readonly random: () => number;
}

/** While a run is young it is looked at after these pauses, then at the last one again and again. */
const START_LOOKS_MS = [1, 1, 2, 2, 4, 8, 16, 32, 64];
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
  #cancelStart: CancelTimer | undefined;
  #cancelLook: CancelTimer | undefined;
  #looks = 0;
  #stopOptions: StopOptions | undefined;
  /** How the run ended, seen but not yet told: what it left behind is ended first. */
  #isLeaving = false;
  /** The stop under way is the daemon's own: what is to be up again is left to the next daemon. */
  #isSuspending = false;

  constructor(context: JobContext, record: JobRecord, run: RunRecord | undefined) {
    this.#context = context;
    this.#record = record;
    this.#run = run;
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
    return await this.#stop?.done ?? [];
  }

  /** Resolves when a stop or restart in progress has ended the old run. */
  async settled(): Promise<void> {
    await this.#stop?.done;
  }

  /** Replaces the definition; for a job that is down. */
  redefine(change: Partial<JobRecord>): void {
    this.#change(change);
  }

  /** Takes up, after a daemon's start, what the last daemon left; see adoption.ts. */
  adopt(): void {
    const phase = this.#phase();
    if (phase === "backoff") return this.#scheduleStart();
    if (!this.isLive) return;
    if (phase === "stopping" || phase === "restarting") return this.#beginStop();
    this.observe();
    if (this.#record.status === "starting") this.#lookAgain();
  }

  /** Forgets timers without touching the run: the daemon goes, the job stays. */
  release(): void {
    this.#cancelStart?.();
    this.#cancelLook?.();
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
    if (run.shim !== null) host.reap(run.shim.pid);
    this.#onShimGone(run, marker.kind);
  }

  #onRunning(run: RunRecord): void {
    if (run.process === null) {
      const process = this.#context.host.findCommand(run) ?? null;
      if (process !== null) this.#changeRun({ process });
      else if (this.#record.status === "starting" && this.#looks < PID_LOOKS) return;
    }
    if (this.#record.status === "starting") this.#handle("spawned");
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
      return this.#end("unstarted", clock.now(), "its shim was ended before it could begin");
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
    const limits = settings();
    const code = typeof ending === "object" ? ending.code : null;
    const lastedMs = Math.max(0, endedAtMs - run.startedAtMs);
    const tally = lastedMs >= limits.backoffResetMs ? 0 : this.#record.tally;
    const verdict = judgeEnding(this.#record.restart, ending, {
      tally,
      limits: {
        initialMs: limits.backoffInitialMs,
        maxMs: limits.backoffMaxMs,
        crashLoopLimit: limits.crashLoopLimit,
      },
      random: random(),
    });
    const phase = this.#phase();
    const to = JOB_MACHINE[phase][verdict.event].to;
    const gaveUp = "gaveUpAfter" in verdict
      ? `gave up after ${verdict.gaveUpAfter} restarts in a row`
      : null;
    const finished: RunRecord = {
      ...run,
      finishedAtMs: Math.max(endedAtMs, run.startedAtMs),
      exitCode: code,
      signal: code === null ? null : signalOfCode(code),
      reason,
      outcome: outcomeOf(ending, phase),
    };
    const again = to === "backoff" && "delayMs" in verdict
      ? { nextStartAtMs: clock.now() + verdict.delayMs, tally: tally + 1 }
      : { nextStartAtMs: null, tally };
    this.#isLeaving = false;
    this.#handle(verdict.event, { ...again, reason: gaveUp ?? reason }, finished);
    host.discard(run.runId);
    if (run.shim !== null) host.reap(run.shim.pid);
  }

  #phase(): Phase {
    const { status, desired } = this.#record;
    return toPhase(status, this.#isSuspending ? "down" : desired);
  }

  /** The door: looks up the table, stores job, run and event as one, announces, then acts. */
  #handle(event: JobEvent, change: Partial<JobRecord> = {}, run?: RunRecord): void {
    const before = this.#record;
    const phase = this.#phase();
    const transition = JOB_MACHINE[phase][event];
    const record: JobRecord = {
      ...before,
      ...change,
      status: toStatus(transition.to),
      desired: transition.desired ?? before.desired,
    };
    const name = eventNameOf(before, record);
    failpoint(`job.${event}.before_store`);
    this.#commit(record, run, name);
    failpoint(`job.${event}.after_store`);
    for (const effect of transition.effects) this.#perform(effect);
  }

  #commit(record: JobRecord, run: RunRecord | undefined, name: EventName | undefined): void {
    const { store, bus } = this.#context;
    const [oldRecord, oldRun] = [this.#record, this.#run];
    this.#record = record;
    if (run !== undefined) this.#run = run;
    try {
      const event = store.transaction(() => {
        store.jobs.update(record);
        if (run !== undefined) store.runs.update(run);
        return name && bus.record(name, this.id, { ...this.view() });
      });
      if (event !== undefined) bus.publish(event);
    } catch (error) {
      // What could not be stored has not happened: the marker stays, and the next look tries again.
      [this.#record, this.#run] = [oldRecord, oldRun];
      throw error;
    }
  }

  #change(change: Partial<JobRecord>, event?: EventName): void {
    this.#commit({ ...this.#record, ...change }, undefined, event);
  }

  #changeRun(change: Partial<RunRecord>): void {
    const run = { ...this.#run!, ...change };
    this.#context.store.runs.update(run);
    this.#run = run;
  }

  #perform(effect: Effect): void {
    if (effect === "spawn") this.#spawn();
    else if (effect === "begin_stop") this.#beginStop();
    else if (effect === "schedule_start") this.#scheduleStart();
    else {
      this.#cancelStart?.();
      this.#cancelStart = undefined;
      this.#change({ nextStartAtMs: null });
    }
  }

  #spawn(): void {
    const { store, clock } = this.#context;
    this.#cancelStart?.();
    const number = this.#record.run + 1;
    const run: RunRecord = {
      runId: toRunId(this.id, number),
      jobId: this.id,
      run: number,
      shim: null,
      process: null,
      startedAtMs: clock.now(),
      finishedAtMs: null,
      outcome: "running",
      exitCode: null,
      signal: null,
      reason: null,
    };
    store.transaction(() => {
      store.runs.insert(run);
      store.jobs.update({ ...this.#record, run: number, nextStartAtMs: null });
    });
    this.#record = { ...this.#record, run: number, nextStartAtMs: null };
    this.#run = run;
    failpoint("spawn.after_record");
    this.launch();
  }

  /** Starts the shim of a run that is recorded; also called for one that the last daemon did not come to start. */
  launch(): void {
    const run = this.#run!;
    const { host, clock, logger } = this.#context;
    const { workdir, env, umask, stdin, command } = this.#record;
    try {
      const executable = host.resolveCommand(command[0]!, workdir, env);
      host.prepare(run.runId, toSpec(this.#record, run));
      failpoint("spawn.after_prepare");
      const shim = host.launch({
        runId: run.runId,
        jobId: this.id,
        run: run.run,
        command: [executable, ...command.slice(1)],
        workdir,
        env,
        umask,
        stdin,
      });
      failpoint("spawn.after_launch");
      this.#changeRun({ shim: shim ?? null });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      logger.warn("A job could not be started", { job: this.id, error: messageOf(error) });
      return this.#end("unstarted", clock.now(), error.message);
    }
    this.#lookAgain();
  }

  #lookAgain(): void {
    this.#looks = 0;
    const look = () => {
      this.#cancelLook = undefined;
      this.#looks++;
      try {
        this.observe();
      } catch (error) {
        this.#context.logger.error("A start could not be recorded", {
          job: this.id,
          error: messageOf(error),
        });
      }
      if (this.#record.status === "starting") next();
    };
    const next = () => {
      const pause = START_LOOKS_MS[Math.min(this.#looks, START_LOOKS_MS.length - 1)]!;
      this.#cancelLook = this.#context.clock.schedule(pause, look);
    };
    this.#cancelLook?.();
    next();
  }

  #beginStop(): void {
    const { host, clock } = this.#context;
    const { stopSignal, stopTimeoutMs } = this.#record;
    const options = this.#stopOptions ?? { signal: stopSignal, timeoutMs: stopTimeoutMs };
    this.#stopOptions = undefined;
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
      logger.error("Processes refused to die", {
        job: this.id,
        pids: survivors.map((s) => s.pid).join(" "),
      });
    }
    const marker = host.marker(this.#run!.runId);
    try {
      if (marker.kind === "exit") this.#end({ code: marker.code }, marker.endedAtMs, null);
      else this.#end("unknown", clock.now(), "exit code unknown: its shim was killed");
    } catch (error) {
      logger.error("An end could not be recorded", { job: this.id, error: messageOf(error) });
    }
  }

  #scheduleStart(): void {
    const { clock, settings, logger } = this.#context;
    const due = this.#record.nextStartAtMs ?? clock.now();
    // A wall clock that jumped must not put it off for days.
    const delayMs = Math.min(Math.max(0, due - clock.now()), settings().backoffMaxMs * 1.1);
    this.#cancelStart?.();
    this.#cancelStart = clock.schedule(delayMs, () => {
      this.#cancelStart = undefined;
      try {
        this.#handle("backoff_elapsed", { restarts: this.#record.restarts + 1 });
      } catch (error) {
        logger.error("A restart could not be recorded", { job: this.id, error: messageOf(error) });
        this.#cancelStart = clock.schedule(settings().backoffMaxMs, () => this.#scheduleStart());
      }
    });
  }
}

/** Why a job is shown as running although nobody will write its exit code. */
const UNSUPERVISED = "unsupervised: its shim was killed, the exit code will not be known";

/** `sh` reports an end by signal N as 128+N, and cannot tell it from a command that exits so by itself. */
function signalOfCode(code: number): string | null {
  return code > 128 ? signalName(code - 128) ?? null : null;
}

/** A run is over when its shim has written the end, or cannot any more. */
function toStopTarget(host: RunHost, run: RunRecord): StopTarget {
  return {
    members: () => host.members(run),
    isRecorded: () => {
      const { kind } = host.marker(run.runId);
      return kind === "exit" || kind === "none" || run.shim === null || !host.isAlive(run.shim);
    },
    signalGroup: (signal) => host.signalGroup(run, signal),
    signalProcess: host.signalProcess,
  };
}

function outcomeOf(ending: Ending, phase: string): RunRecord["outcome"] {
  if (phase === "stopping" || phase === "restarting") return "stopped";
  if (ending === "unknown") return "lost";
  if (ending === "unstarted") return "failed";
  return ending.code === 0 ? "exited" : "failed";
}

function eventNameOf(before: JobRecord, after: JobRecord): EventName | undefined {
  if (before.status === after.status) {
    return before.desired === after.desired ? undefined : "job_updated";
  }
  if (after.status === "running") return "job_started";
  if (after.status === "backoff") return "job_restarting";
  return isUp(after.status) ? "job_updated" : "job_stopped";
}

/** What a run's directory keeps of its job, to find it again without the store. Never the environment. */
function toSpec(job: JobRecord, run: RunRecord): Record<string, unknown> {
  const { env: _env, ...spec } = job;
  return { job: spec, run: { runId: run.runId, run: run.run, startedAtMs: run.startedAtMs } };
}
