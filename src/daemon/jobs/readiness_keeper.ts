import { messageOf } from "../../base/app_error.ts";
import { background } from "../../platform/guarded.ts";
import type { HealthCheck, ReadyCheck } from "../../protocol/readiness.ts";
import { type Readiness, ReadinessWatch } from "../readiness/readiness_watch.ts";
import type { EventBus } from "./event_bus.ts";
import type { Job } from "./job.ts";
import type { ProbedRun } from "./job_probe_world.ts";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { ProbeWorld } from "../readiness/probe_world.ts";
import type { Supervisor } from "./supervisor.ts";

/** What the keeper of readiness works with. */
export interface ReadinessKeeperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
  /** What probes of a run need. */
  readonly worldOf: (probed: ProbedRun) => ProbeWorld;
  readonly supervisor: () => Pick<Supervisor, "byId" | "activeJobs" | "observer">;
}

/** The watch of one run, and what it was begun for. */
interface Watched {
  readonly runId: string;
  readonly ready: ReadyCheck | null;
  readonly health: HealthCheck | null;
  readonly watch: ReadinessWatch;
  /** The run is over: what it has written last is being read, or was. */
  lastLook?: "under way" | "done";
}

const UNKNOWN: Readiness = { readyAtMs: null, unreadyReason: null };

/** Watches each run that runs until it is ready, and those whose jobs ask for it as long as they run. */
export class ReadinessKeeper implements Disposable {
  readonly #options: ReadinessKeeperOptions;
  /** By job. */
  readonly #watched = new Map<string, Watched>();
  #listening: Disposable | undefined;

  constructor(options: ReadinessKeeperOptions) {
    this.#options = options;
  }

  /** Watches what runs, whoever started it, from now on. */
  begin(): void {
    const { bus } = this.#options;
    this.#listening = bus.listen("readiness.event", ({ job_id }) => {
      if (job_id !== null) this.#update(job_id);
    }, () => this.#updateAll());
    this.#updateAll();
  }

  /**
   * Whether nothing is left to be found in the output of a run that is over, so that its end may be told; if not, the
   * job is asked to look again soon.
   */
  hasLookedLast(jobId: string): boolean {
    const job = this.#options.supervisor().byId(jobId);
    if (this.#listening === undefined || job?.record.ready?.kind !== "log") return true;
    const watched = this.#take(job);
    if (!watched.watch.isReading || watched.lastLook === "done") return true;
    if (watched.lastLook === undefined) this.#lookLast(jobId, watched);
    return false;
  }

  [Symbol.dispose](): void {
    this.#listening?.[Symbol.dispose]();
    for (const { watch } of this.#watched.values()) watch[Symbol.dispose]();
    this.#watched.clear();
  }

  #updateAll(): void {
    for (const job of this.#options.supervisor().activeJobs) this.#update(job.id);
  }

  #update(jobId: string): void {
    const job = this.#options.supervisor().byId(jobId);
    if (job?.isLive && job.record.status === "running") this.#take(job);
    else if (!job?.isLive || job.record.status !== "starting") this.#drop(jobId);
  }

  /** The watch of the job's run; a new one where there is none yet, or the job is defined otherwise now. */
  #take(job: Job): Watched {
    const { ready, health } = job.record;
    const { runId } = job.run!;
    const known = this.#watched.get(job.id);
    if (known?.runId === runId && known.ready === ready && known.health === health) return known;
    const isChanged = known?.runId === runId && known.ready !== ready;
    this.#drop(job.id);
    const watched = { runId, ready, health, watch: this.#open(job, isChanged) };
    this.#watched.set(job.id, watched);
    // What made it ready before does not count any more.
    if (isChanged) job.noteReadiness(UNKNOWN);
    watched.watch.begin();
    return watched;
  }

  #open(job: Job, isChanged: boolean): ReadinessWatch {
    const { clock, logger, worldOf } = this.#options;
    const { record } = job;
    const run = job.run!;
    const sinceMs = isChanged ? clock.now() : run.startedAtMs;
    return new ReadinessWatch({
      clock,
      world: worldOf({ record, run, sinceMs }),
      ready: record.ready,
      health: record.health,
      known: isChanged ? UNKNOWN : run,
      tell: (readiness) => job.noteReadiness(readiness),
      onUnwell: (why) => {
        logger.warn("A job is not healthy and is restarted", { job: job.id, why });
        job.restart({ what: "unhealthy" });
      },
    });
  }

  #drop(jobId: string): void {
    this.#watched.get(jobId)?.watch[Symbol.dispose]();
    this.#watched.delete(jobId);
  }

  #lookLast(jobId: string, watched: Watched): void {
    const { logger, supervisor } = this.#options;
    watched.lastLook = "under way";
    const onDone = () => {
      watched.lastLook = "done";
      if (this.#watched.get(jobId) === watched) supervisor().observer.observe(jobId);
    };
    background("readiness.last_look", async () => {
      await watched.watch.lookLast();
      onDone();
    }, (error) => {
      logger.warn("The last output of a run could not be looked at", {
        job: jobId,
        error: messageOf(error),
      });
      onDone();
    });
  }
}
