import { messageOf } from "../../base/app_error.ts";
import { failpoint } from "../../platform/failpoint.ts";
import type { EventName } from "../../protocol/event.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { Readiness } from "../readiness/readiness_watch.ts";
import type { JobRecord, LeaseRecord, RunRecord, Timetable } from "../../store/store.ts";
import type { Asker, JobStopOptions } from "./asker.ts";
import type { JobContext } from "./job_context.ts";
import { awaitedBy, planOfBegun } from "./dependencies.ts";
import { createRun, eventNameOf, isWanted } from "./job_facts.ts";
import { whyLeaseIsOver } from "./lease.ts";
import {
  type Effect,
  JOB_MACHINE,
  type MachineEvent,
  type Phase,
  toPhase,
  toStatus,
} from "./job_machine.ts";
import { toJobView } from "./job_view.ts";
import { timetableFrom } from "./timetable.ts";

/**
 * `stop`: somebody wants it down; `end`: the daemon goes, and its schedule counts for the next; `suspend`: so does what
 * is to be up again.
 */
export type EndingKind = "stop" | "end" | "suspend";

/** What is stored with an event of the machine. */
export interface StoredChange {
  readonly change?: Partial<JobRecord>;
  /** The current run as it is from now on. */
  readonly run?: RunRecord;
}

/** What goes with a change of the record. */
interface CommitOptions {
  /** Told once it is stored. */
  readonly name?: EventName | undefined;
  /** The current run as it is from now on. */
  readonly run?: RunRecord | undefined;
  /** The next run is recorded in the same step, so that no daemon finds a start without one. */
  readonly begins?: boolean;
}

/** What is known of a job and its current run: every change is stored before anybody hears of it. */
export class JobState {
  readonly #context: JobContext;
  #record: JobRecord;
  #run: RunRecord | undefined;
  /**
   * Both as they are known to be stored: only what is different is written, so that no step writes an environment again.
   * What was read may have been put right in reading, and is written in full first.
   */
  #stored: { readonly record?: JobRecord | undefined; readonly run?: RunRecord | undefined } = {};
  /** How the last stop was meant. */
  ending: EndingKind = "stop";

  constructor(context: JobContext, record: JobRecord, run: RunRecord | undefined) {
    this.#context = context;
    this.#record = record;
    this.#run = run;
  }

  get record(): JobRecord {
    return this.#record;
  }

  /** The current run, or the last one. */
  get run(): RunRecord | undefined {
    return this.#run;
  }

  /** True while there is a run whose end is not stored. */
  get isLive(): boolean {
    return this.#run !== undefined && this.#run.finishedAtMs === null;
  }

  /** Where the machine has it. */
  get phase(): Phase {
    const { status, desired } = this.#record;
    return toPhase(status, this.ending === "suspend" ? "down" : desired);
  }

  /** The job as everybody may see it. */
  view(): JobView {
    const { host, usageOf, watchingOf, left, neededJob, nextRunOf, leases } = this.#context;
    const { id, run } = this.#record;
    const files = run > 0 ? host.files(id, run) : undefined;
    return toJobView(this.#record, this.#run, {
      files,
      usage: usageOf(id),
      left: left.countOf(id),
      watching: watchingOf(id),
      awaited: awaitedBy(this.#record, neededJob),
      nextRunAtMs: nextRunOf(this.#record),
      leases,
    });
  }

  /** Takes the transition of the table: stores job, runs and event as one and announces; returns what is to be done now. */
  handle(event: MachineEvent, { change, run }: StoredChange): readonly Effect[] {
    const before = this.#record;
    const { to, desired, effects } = JOB_MACHINE[this.phase][event];
    const record: JobRecord = {
      ...before,
      ...change,
      timetable: this.#timetableAfter(event, effects),
      lease: this.#leaseAfter(event),
      ...(effects.includes("cancel_start") ? { nextStartAtMs: null } : {}),
      ...(event === "stop" && before.plan
        ? { plan: { ...before.plan, isDue: false, isLeaving: false } }
        : {}),
      status: toStatus(to),
      awaitsChange: awaitsChange(before, { event, to }),
      desired: desired ?? before.desired,
    };
    const name = eventNameOf(before, record);
    failpoint(`job.${event}.before_store`);
    this.#commit(record, { name, run, begins: effects.includes("spawn") });
    failpoint(`job.${event}.after_store`);
    return effects;
  }

  /** A start has the schedule count, of what is up already as it did; a stop that somebody asks for ends that. */
  #timetableAfter(event: MachineEvent, effects: readonly Effect[]): Timetable | null {
    const { timetable } = this.#record;
    if (event === "stop" && this.ending === "stop") return null;
    if (event !== "start" && event !== "restart") return timetable;
    if (timetable !== null && !effects.includes("spawn")) return timetable;
    return timetableFrom(this.#record, this.#context.clock.now());
  }

  /** One that was over while the job was down means nothing to who starts it anew. */
  #leaseAfter(event: MachineEvent): LeaseRecord | null {
    const { lease, run } = this.#record;
    // One that has never run was not down: its lease counts, however short it is.
    if (lease === null || run === 0 || event !== "start" || isWanted(this.#record)) return lease;
    return whyLeaseIsOver(lease, this.#context.leases) === undefined ? lease : null;
  }

  /** Changes the record outside of the table, and with it the current run. */
  change(change: Partial<JobRecord>, event?: EventName, run?: RunRecord): void {
    this.#commit({ ...this.#record, ...change }, { name: event, run });
  }

  /** Notes whether the current run serves, and says so. */
  noteReadiness({ readyAtMs, unreadyReason }: Readiness): void {
    const isReady = readyAtMs !== null && unreadyReason === null;
    const run = { ...this.#run!, readyAtMs, unreadyReason };
    this.#commit(this.#record, { name: isReady ? "job_ready" : "job_unready", run });
  }

  /** Changes the current run, and tells nobody. */
  changeRun(change: Partial<RunRecord>): void {
    const run = { ...this.#run!, ...change };
    this.#writeRun(run);
    this.#run = run;
    this.#stored = { ...this.#stored, run };
  }

  /** The same for what can be found again: it is stored with what comes next. */
  noteRun(change: Partial<RunRecord>): void {
    this.#run = { ...this.#run!, ...change };
  }

  /** Notes why the current run is about to end, also as a stable word. */
  noteReason(reason: string, cause: string): void {
    this.#note({ reason, facts: { ...this.#run!.facts, cause } });
  }

  /** The current run is about to be stopped. */
  noteStop({ asker, signal }: JobStopOptions, kind: EndingKind): void {
    this.noteAsked(asker ?? { what: kind === "stop" ? "stop" : "daemon_stop" }, signal);
  }

  /** Who wants the end of the current run first, is the reason for it; a signal may have been meant for anything. */
  noteAsked(asker: Asker, signal: string | null = null): void {
    if (!this.isLive) return;
    const { facts } = this.#run!;
    if (facts.asked !== undefined && facts.asked.what !== "signal") return;
    this.#note({ facts: { ...facts, asked: { ...asker, signal } } });
  }

  /** What was asked to end has not in its time, and was killed. */
  noteKilled(): void {
    const { facts } = this.#run!;
    const asked = { ...facts.asked ?? { what: "stop", signal: null }, killed: true };
    this.#note({ facts: { ...facts, asked } });
  }

  /** Of a run that is about to end, which no full disk keeps from ending: what finds no room is stored with the end. */
  #note(change: Partial<RunRecord>): void {
    this.noteRun(change);
    try {
      this.changeRun({});
    } catch (error) {
      this.#context.logger.warn("An end could not be noted of", {
        job: this.#record.id,
        error: messageOf(error),
      });
    }
  }

  #writeRun(run: RunRecord): void {
    const changes = changedFields(this.#stored.run, run);
    this.#context.store.runs.update({ ...changes, runId: run.runId });
  }

  #writeRecord(record: JobRecord): void {
    const changes = changedFields(this.#stored.record, record);
    this.#context.store.jobs.update({ ...changes, id: record.id });
  }

  /** Stores and announces; what could not be stored has not happened. */
  #commit(record: JobRecord, { name, run, begins }: CommitOptions): void {
    const { store, bus, clock } = this.#context;
    const [oldRecord, oldRun] = [this.#record, this.#run];
    this.#record = record;
    if (run !== undefined) this.#run = run;
    try {
      const event = store.transaction(() => {
        if (this.#run !== undefined) this.#writeRun(this.#run);
        if (begins) {
          this.#run = createRun(record.id, record.run + 1, clock.now());
          const plan = planOfBegun(record, this.#context.neededJob);
          this.#record = { ...record, run: this.#run.run, nextStartAtMs: null, plan };
          store.runs.insert(this.#run);
        }
        this.#writeRecord(this.#record);
        return name && bus.record(name, record.id, { ...this.view() });
      });
      // Of a record that makes no sense the row keeps what it had.
      const isWhole = this.#record.fault === undefined;
      this.#stored = { record: isWhole ? this.#record : undefined, run: this.#run };
      if (event !== undefined) bus.publish(event);
    } catch (error) {
      // The marker stays, and the next look tries again.
      [this.#record, this.#run] = [oldRecord, oldRun];
      throw error;
    }
  }

  /** Makes a record true that is stored already, as a part of a larger step. */
  become(record: JobRecord): void {
    this.#record = record;
    if (this.#stored.record !== undefined) this.#stored = { ...this.#stored, record };
  }
}

/** The fields of a record that are not as they were. */
function changedFields<Row extends object>(before: Row | undefined, now: Row): Partial<Row> {
  if (before === undefined) return now;
  const changes: Partial<Row> = {};
  for (const field of Object.keys(now) as (keyof Row)[]) {
    if (now[field] !== before[field]) changes[field] = now[field];
  }
  return changes;
}

/** What ends by itself comes up again when a file changes, unless somebody stops it before. */
function awaitsChange(
  { watch, awaitsChange, project }: JobRecord,
  { event, to }: { event: MachineEvent; to: Phase },
): boolean {
  if (watch === null || project?.confirm || event === "stop") return false;
  if (!/^(exited|failed|lost)$/.test(to)) return false;
  return awaitsChange || event.startsWith("ended_") || event === "spawn_failed";
}
