import { type AppError, messageOf } from "../../base/app_error.ts";
import { type CancelTimer, type Clock, toIsoTime } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { background, guarded } from "../../platform/guarded.ts";
import type { Schedule } from "../../protocol/schedule.ts";
import type { JobRecord, SkippedStart } from "../../store/store.ts";
import { ScheduleTimes } from "../schedules/schedule_times.ts";
import { isPlanned, planOf } from "./dependencies.ts";
import type { EventBus } from "./event_bus.ts";
import type { Job } from "./job.ts";
import type { Supervisor } from "./supervisor.ts";
import { isScheduled, timetableFrom } from "./timetable.ts";

/** What the keeper of schedules works with. */
export interface ScheduleKeeperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
  readonly supervisor: () => Pick<Supervisor, "byId" | "activeJobs" | "begin">;
}

/** The clock of the machine may be set, and no timer can be as long as a schedule. */
const LONGEST_WAIT_MS = 60_000;
/** What is late by more was slept through, or nobody was there: a daemon that follows another one takes less. */
const LATE_MS = 60_000;
const RETRY_AFTER_MS = 1_000;
/** A clock is set back by a little again and again. */
const JITTER_MS = 1_000;

/** A job whose schedule counts. */
interface Kept {
  readonly job: Job;
  readonly schedule: Schedule;
  readonly sinceMs: number;
  /** When it is to be started; null: never any more. */
  dueMs: number | null;
}

/** Starts jobs when their schedules say so. Where no job has one, there is no timer. */
export class ScheduleKeeper implements Disposable {
  readonly #options: ScheduleKeeperOptions;
  readonly #times = new ScheduleTimes();
  /** By job. */
  readonly #kept = new Map<string, Kept>();
  #listening: Disposable | undefined;
  #cancelLook: CancelTimer | undefined;
  #cancelLoad: CancelTimer = () => {};
  #lookedAtMs = 0;
  #isLoading = false;

  constructor(options: ScheduleKeeperOptions) {
    this.#options = options;
  }

  /** To be asked before a job gets such a schedule. @throws AppError `usage.bad_schedule` */
  async check(schedule: Schedule | null | undefined): Promise<void> {
    if (schedule) await this.#times.check(schedule, this.#options.clock.now());
  }

  /** When the schedule of a job starts it next; null: it does not count, or nobody knows yet. */
  readonly nextOf = (record: JobRecord): number | null => {
    if (!isScheduled(record)) return null;
    const kept = this.#kept.get(record.id);
    const { sinceMs } = record.timetable!;
    if (kept?.schedule === record.schedule && kept?.sinceMs === sinceMs) return kept!.dueMs;
    return this.#after(record.schedule!, sinceMs);
  };

  /** Starts jobs from now on. */
  begin(): void {
    const { bus } = this.#options;
    this.#listening = bus.listen("schedules.event", ({ job_id }) => {
      if (job_id === null) return;
      this.#update(job_id);
      this.#plan();
    }, () => this.#updateAll());
    this.#updateAll();
  }

  [Symbol.dispose](): void {
    this.#listening?.[Symbol.dispose]();
    this.#listening = undefined;
    this.#cancelLoad();
    this.#kept.clear();
    this.#plan();
  }

  #updateAll(): void {
    this.#kept.clear();
    for (const job of this.#options.supervisor().activeJobs) this.#update(job.id);
    this.#plan();
  }

  #update(jobId: string): void {
    const job = this.#options.supervisor().byId(jobId);
    if (job === undefined || !isScheduled(job.record)) return void this.#kept.delete(jobId);
    const { schedule, timetable } = job.record;
    const kept = this.#kept.get(jobId);
    if (kept?.schedule === schedule && kept?.sinceMs === timetable!.sinceMs) return;
    if (!this.#times.knows(schedule!)) return this.#load();
    const { sinceMs } = timetable!;
    const dueMs = this.#after(schedule!, sinceMs);
    this.#kept.set(jobId, { job, schedule: schedule!, sinceMs, dueMs });
  }

  #after(schedule: Schedule, sinceMs: number): number | null {
    try {
      return this.#times.after(schedule, { sinceMs, nowMs: this.#options.clock.now() });
    } catch {
      // It was checked, perhaps by a machine that knows another time zone.
      return null;
    }
  }

  /** What jobs of the last daemon have is not known from the start. */
  #load(): void {
    if (this.#isLoading) return;
    this.#isLoading = true;
    background("schedules.load", async () => {
      await this.#times.load();
      this.#isLoading = false;
      if (this.#listening !== undefined) this.#updateAll();
    }, () => this.#loadLater());
  }

  #loadLater(): void {
    this.#isLoading = false;
    const load = guarded("schedules.load_again", () => this.#load(), () => this.#loadLater());
    this.#cancelLoad = this.#options.clock.schedule(RETRY_AFTER_MS, load);
  }

  /** Looks again when the next one is due, and now and then before that. */
  #plan(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    const { clock } = this.#options;
    const dues = [...this.#kept.values()].flatMap(({ dueMs }) => dueMs ?? []);
    if (dues.length === 0) return;
    const waitMs = dues.reduce((least, due) => Math.min(least, due), Infinity) - clock.now();
    this.#lookedAtMs = clock.now();
    const look = guarded("schedules.look", () => this.#look(), () => this.#plan());
    this.#cancelLook = clock.schedule(Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS), look);
  }

  #look(): void {
    const nowMs = this.#options.clock.now();
    if (nowMs < this.#lookedAtMs - JITTER_MS) this.#updateAll();
    for (const kept of [...this.#kept.values()]) {
      if (kept.dueMs === null || kept.dueMs > nowMs) continue;
      this.#begin(kept.job, kept.dueMs, nowMs);
    }
    this.#plan();
  }

  #begin(job: Job, dueMs: number, nowMs: number): void {
    const { supervisor, logger } = this.#options;
    try {
      if (nowMs - dueMs > LATE_MS) return this.#skip(job, { dueMs, why: "late" });
      if (job.isUp || job.isLive || isPlanned(job.record)) {
        return this.#skip(job, { dueMs, why: "up" });
      }
      if ((job.record.project?.dependsOn ?? []).length === 0) {
        return supervisor().begin(job, { what: "schedule" });
      }
      // As soon as what it needs allows.
      const plan = { ...planOf(job.record), isDue: true };
      job.amend({ plan, timetable: timetableFrom(job.record, nowMs), restarts: 0, tally: 0 });
    } catch (error) {
      const told = { job: job.id, error: messageOf(error as AppError) };
      logger.error("A job could not be started by its schedule", told);
      const kept = this.#kept.get(job.id);
      if (kept !== undefined) kept.dueMs = this.#after(kept.schedule, nowMs);
    }
  }

  #skip(job: Job, skipped: SkippedStart): void {
    const { clock, logger } = this.#options;
    const { every_ms } = job.record.schedule!;
    const nowMs = clock.now();
    // The times of an interval stay where they are.
    const sinceMs = every_ms === undefined ? nowMs : nowMs - (nowMs - skipped.dueMs) % every_ms;
    logger.info("A start by schedule was left out", {
      job: job.id,
      due: toIsoTime(skipped.dueMs),
      why: skipped.why,
    });
    job.amend({ timetable: timetableFrom(job.record, sinceMs, skipped) });
  }
}
