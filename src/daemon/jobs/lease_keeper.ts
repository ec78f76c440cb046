import { messageOf } from "../../base/app_error.ts";
import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { failpoint } from "../../platform/failpoint.ts";
import { background, guarded } from "../../platform/guarded.ts";
import type { ProcessIdentity } from "../../platform/processes/process_identity.ts";
import type { ProcessListener, ProcessWatch } from "../../platform/processes/process_watch.ts";
import type { RunHost } from "../runs/run_host.ts";
import type { LeaseRecord, OwnerRecord } from "../../store/store.ts";
import type { EventBus } from "./event_bus.ts";
import type { Job } from "./job.ts";
import { isWanted } from "./job_facts.ts";
import {
  createLeaseWorld,
  isLeftOver,
  type LeaseOver,
  type LeaseTime,
  type LeaseWorld,
  leftOfLease,
  whyLeaseIsOver,
} from "./lease.ts";
import type { Supervisor } from "./supervisor.ts";

/** What the keeper of leases works with. */
export interface LeaseKeeperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
  readonly host: RunHost;
  readonly watchProcesses: (
    listener: ProcessListener,
  ) => Pick<ProcessWatch, "watch" | "isWatched"> & Disposable;
  readonly supervisor: () => Pick<Supervisor, "byId" | "activeJobs">;
}

/** A timer stands still while the machine sleeps, and no timer can be as long as a lease. */
const LONGEST_WAIT_MS = 60_000;
/** Where the end of a process is not told. */
const LOOK_EVERY_MS = 2_000;
/** After a disk that was full. */
const RETRY_AFTER_MS = 5_000;

/** A job that is up, or comes up, and has a lease, or an owner that may go. */
interface Kept {
  readonly job: Job;
  readonly lease: LeaseRecord | null;
  readonly owner: OwnerRecord | null;
}

/** Ends jobs whose leases are over, and tells that some are left over. Where no job has a lease, there is no timer. */
export class LeaseKeeper implements LeaseWorld, Disposable {
  readonly #options: LeaseKeeperOptions;
  readonly #world: LeaseWorld;
  readonly #processes: ReturnType<LeaseKeeperOptions["watchProcesses"]>;
  /** By job. */
  readonly #kept = new Map<string, Kept>();
  /** The owners whose end was told. */
  readonly #told = new WeakSet<OwnerRecord>();
  /** By job: what is being ended. */
  readonly #ending = new Set<string>();
  #listening: Disposable | undefined;
  #cancel: CancelTimer = () => {};
  /** A plan that is due as soon as all that happens at once has happened. */
  #cancelPlan: CancelTimer | undefined;
  #hasFailed = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#world = createLeaseWorld(options.host, options.clock);
    this.#processes = options.watchProcesses({
      onGone: () => this.#look(),
      onBroken: () => this.#plan(),
    });
  }

  readonly time = (): LeaseTime => this.#world.time();

  readonly isAlive = (process: ProcessIdentity): boolean =>
    this.#processes.isWatched(process) || this.#world.isAlive(process);

  /** Ends jobs from now on, those first whose leases were over while nobody was there. */
  begin(): void {
    const { bus } = this.#options;
    this.#listening = bus.listen("leases.event", ({ job_id }) => {
      if (job_id !== null && this.#update(job_id)) this.#planSoon();
    }, () => this.#updateAll());
    this.#updateAll();
    this.#look();
  }

  [Symbol.dispose](): void {
    this.#listening?.[Symbol.dispose]();
    this.#listening = undefined;
    this.#kept.clear();
    this.#cancel();
    this.#cancelPlan?.();
    this.#processes[Symbol.dispose]();
  }

  #updateAll(): void {
    for (const job of this.#options.supervisor().activeJobs) this.#update(job.id);
    this.#plan();
  }

  /** Whether anything is different now. */
  #update(jobId: string): boolean {
    const job = this.#options.supervisor().byId(jobId);
    const known = this.#kept.get(jobId);
    if (job === undefined || !mayEnd(job)) return this.#kept.delete(jobId);
    const { lease, owner } = job.record;
    if (known?.lease === lease && known?.owner === owner) return false;
    this.#kept.set(jobId, { job, lease, owner });
    return true;
  }

  /** Of a hundred jobs that are started together each changes the plan, and goes through all of them. */
  #planSoon(): void {
    this.#cancelPlan ??= this.#options.clock.schedule(
      0,
      guarded("leases.plan", () => this.#plan(), () => this.#plan()),
    );
  }

  /** Watches whose end counts, and looks again when the next lease is over. */
  #plan(): void {
    this.#cancel();
    this.#cancelPlan?.();
    this.#cancelPlan = undefined;
    if (this.#listening === undefined) return;
    const processes = [...this.#kept.values()].flatMap(({ lease, owner }) =>
      [lease?.process, owner?.process].filter((each) => each != null && this.isAlive(each))
    );
    const isTold = this.#processes.watch(processes as ProcessIdentity[]);
    const time = this.time();
    const waits = [...this.#kept.values()]
      .filter(({ job }) => !this.#ending.has(job.id))
      .flatMap(({ lease }) => lease === null ? [] : leftOfLease(lease, time) ?? []);
    if (!isTold) waits.push(LOOK_EVERY_MS);
    if (this.#hasFailed) waits.push(RETRY_AFTER_MS);
    if (waits.length === 0) return;
    const waitMs = Math.min(waits.reduce((one, other) => Math.min(one, other)), LONGEST_WAIT_MS);
    const look = guarded("leases.look", () => this.#look(), () => this.#plan());
    const { clock } = this.#options;
    this.#cancel = clock.schedule(
      this.#hasFailed ? Math.max(waitMs, RETRY_AFTER_MS) : waitMs,
      look,
    );
  }

  #look(): void {
    this.#hasFailed = false;
    for (const { job, lease } of [...this.#kept.values()]) {
      const why = whyLeaseIsOver(lease, this);
      if (why !== undefined) this.#end(job, why);
      else this.#tellLeftOver(job);
    }
    this.#plan();
  }

  #end(job: Job, why: LeaseOver): void {
    if (this.#ending.has(job.id)) return;
    this.#ending.add(job.id);
    background("leases.end", () => this.#stop(job, why), () => this.#retryLater(job));
  }

  async #stop(job: Job, { reason, cause }: LeaseOver): Promise<void> {
    const { logger } = this.#options;
    try {
      failpoint("lease.before_end");
      if (job.isLive && job.run!.reason === null) job.noteReason(reason, cause);
      const isLive = job.isLive;
      await job.stop({ asker: { what: "lease" } });
      failpoint("lease.after_end");
      job.amend({ lease: null, ...!isLive && { reason } });
      logger.info("A job was ended", { job: job.id, why: reason });
      this.#ending.delete(job.id);
    } catch (error) {
      logger.error("A job could not be ended", {
        job: job.id,
        why: reason,
        error: messageOf(error),
      });
      this.#retryLater(job);
    }
  }

  #retryLater(job: Job): void {
    this.#ending.delete(job.id);
    this.#hasFailed = true;
    this.#plan();
  }

  #tellLeftOver(job: Job): void {
    const { owner } = job.record;
    if (owner === null || this.#told.has(owner)) return;
    if (!isLeftOver(job.record, { isUp: job.isUp, isAlive: this.isAlive })) return;
    this.#told.add(owner);
    job.amend({});
  }
}

/** What is down, and stays so, is nobody's to end. */
function mayEnd({ isLive, record }: Job): boolean {
  return (isLive || isWanted(record)) &&
    (record.lease !== null || record.owner?.process !== undefined);
}
