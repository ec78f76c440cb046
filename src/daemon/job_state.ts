import type { EventName } from "../protocol/event.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { JobRecord, RunRecord } from "../store/store.ts";
import type { JobContext } from "./job_context.ts";
import { createRun } from "./job_facts.ts";
import { toJobView } from "./job_view.ts";

/** What goes with a change of the record. */
export interface CommitOptions {
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

  /** The job as everybody may see it. */
  view(): JobView {
    const { host, usageOf, left } = this.#context;
    const { id, run } = this.#record;
    const files = run > 0 ? host.files(id, run) : undefined;
    return toJobView(this.#record, this.#run, {
      files,
      usage: usageOf(id),
      left: left.countOf(id),
    });
  }

  /** Stores and announces; what could not be stored has not happened. */
  commit(record: JobRecord, { name, run, begins }: CommitOptions): void {
    const { store, bus, clock } = this.#context;
    const [oldRecord, oldRun] = [this.#record, this.#run];
    this.#record = record;
    if (run !== undefined) this.#run = run;
    try {
      const event = store.transaction(() => {
        if (run !== undefined) store.runs.update(run);
        if (begins) {
          this.#run = createRun(record.id, record.run + 1, clock.now());
          this.#record = { ...record, run: this.#run.run, nextStartAtMs: null };
          store.runs.insert(this.#run);
        }
        store.jobs.update(this.#record);
        return name && bus.record(name, record.id, { ...this.view() });
      });
      if (event !== undefined) bus.publish(event);
    } catch (error) {
      // The marker stays, and the next look tries again.
      [this.#record, this.#run] = [oldRecord, oldRun];
      throw error;
    }
  }

  change(change: Partial<JobRecord>, event?: EventName): void {
    this.commit({ ...this.#record, ...change }, { name: event });
  }

  changeRun(change: Partial<RunRecord>): void {
    const run = { ...this.#run!, ...change };
    this.#context.store.runs.update(run);
    this.#run = run;
  }
}
