import { Cron } from "croner";

/** The times of a pattern of cron. Loaded only for jobs that have one. */
export class CronTimes {
  readonly #cron: Cron;

  /** @throws Error in words for people when the pattern or the time zone is none */
  constructor(pattern: string, timezone?: string) {
    this.#cron = new Cron(pattern, timezone === undefined ? {} : { timezone });
  }

  /** The first one after `ms`; null: there is none any more. */
  after(ms: number): number | null {
    return this.#cron.nextRun(new Date(ms))?.getTime() ?? null;
  }
}
