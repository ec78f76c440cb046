import { AppError, messageOf } from "../../base/app_error.ts";
import { describeSchedule } from "../../protocol/describe_schedule.ts";
import type { Schedule } from "../../protocol/schedule.ts";
import type { CronTimes } from "./cron_times.ts";

/** A clock that is behind by more than this was set back: what was reckoned with it does not count. */
const SET_BACK_MS = 3_600_000;

/** When schedules come next. */
export class ScheduleTimes {
  #CronTimes: typeof CronTimes | undefined;
  /** Of each schedule that was asked for; a pattern takes a while to read. */
  readonly #known = new WeakMap<Schedule, CronTimes>();

  /** Whether that can be told of this schedule: for patterns of cron it is loaded first. */
  knows({ cron }: Schedule): boolean {
    return cron === undefined || this.#CronTimes !== undefined;
  }

  /** From then on every schedule is known. */
  async load(): Promise<void> {
    this.#CronTimes ??= (await import("./cron_times.ts")).CronTimes;
  }

  /** @throws AppError `usage.bad_schedule` when it makes no sense, or never comes */
  async check(schedule: Schedule, nowMs: number): Promise<void> {
    if (schedule.cron === undefined) return;
    await this.load();
    const told = JSON.stringify(describeSchedule(schedule));
    let next: number | null;
    try {
      next = this.#timesOf(schedule).after(nowMs);
    } catch (error) {
      throw badSchedule(`Not a schedule: ${told}: ${toWords(error)}`, error);
    }
    if (next === null) throw badSchedule(`This schedule never comes: ${told}`);
  }

  /**
   * The first time after `sinceMs`, which is that of its last start; it may be over. Null: there is none, or it is not
   * known yet.
   */
  after(schedule: Schedule, { sinceMs, nowMs }: { sinceMs: number; nowMs: number }): number | null {
    const from = sinceMs > nowMs + SET_BACK_MS ? nowMs : sinceMs;
    if (schedule.every_ms !== undefined) return from + schedule.every_ms;
    return this.knows(schedule) ? this.#timesOf(schedule).after(from) : null;
  }

  #timesOf(schedule: Schedule): CronTimes {
    let times = this.#known.get(schedule);
    if (times === undefined) {
      times = new this.#CronTimes!(schedule.cron!, schedule.timezone);
      this.#known.set(schedule, times);
    }
    return times;
  }
}

function badSchedule(message: string, cause?: unknown): AppError {
  return new AppError("usage.bad_schedule", message, {
    cause,
    hint: "Write minute, hour, day, month and weekday, as in '0 3 * * *' or " +
      "'TZ=Europe/Berlin */5 8-18 * * MON-FRI', or how often, as in 1h",
  });
}

/** Of the words of the parser those that say what is wrong. */
function toWords(error: unknown): string {
  const words = messageOf(error);
  if (/time ?zone/i.test(words)) return "no such time zone";
  const reason = words.replace(/^Cron\w*: /, "").replace(/\s*\(.*$/, "").replace(/\.$/, "");
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}
