import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import type { DirectoryEvents } from "../../platform/watching/directory_events.ts";
import type { FileWatch } from "../../protocol/file_watch.ts";
import type { RunHost } from "../runs/run_host.ts";
import type { EventBus } from "./event_bus.ts";
import type { Job } from "./job.ts";
import { JobWatch } from "./job_watch.ts";
import type { Watching } from "./job_view.ts";
import type { Supervisor } from "./supervisor.ts";

/** What the keeper of watches works with. */
export interface WatchKeeperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
  readonly host: Pick<RunHost, "signalGroup">;
  readonly events: DirectoryEvents;
  readonly supervisor: () => Pick<Supervisor, "jobs" | "byId" | "byName" | "begin">;
}

/** A watch, and what it was opened for. */
interface Kept {
  readonly watch: FileWatch;
  readonly workdir: string;
  readonly of: JobWatch;
}

/** A task that runs is let end before it is run again. */
const LOOK_AGAIN_MS = 500;

/** Watches the files of every job that asks for it, while a change would lead to something. */
export class WatchKeeper implements Disposable {
  readonly #options: WatchKeeperOptions;
  /** By job. */
  readonly #kept = new Map<string, Kept>();
  #listening: Disposable | undefined;

  constructor(options: WatchKeeperOptions) {
    this.#options = options;
  }

  /** Watches from now on; what has changed before is not known. */
  begin(): void {
    this.#listening = this.#options.bus.listen("watching.event", ({ job_id }) => {
      if (job_id !== null) this.#update(job_id);
    }, () => this.#updateAll());
    this.#updateAll();
  }

  /** What is known of the files of a job; undefined while they are not watched. */
  watchingOf(jobId: string): Watching | undefined {
    return this.#kept.get(jobId)?.of.watching;
  }

  [Symbol.dispose](): void {
    this.#listening?.[Symbol.dispose]();
    for (const { of } of this.#kept.values()) of[Symbol.dispose]();
    this.#kept.clear();
    this.#options.events[Symbol.dispose]();
  }

  #updateAll(): void {
    for (const job of this.#options.supervisor().jobs) this.#update(job.id);
  }

  #update(jobId: string): void {
    const job = this.#options.supervisor().byId(jobId);
    const watch = job === undefined ? null : wantedWatch(job);
    const kept = this.#kept.get(jobId);
    if (job !== undefined && kept?.watch === watch && kept?.workdir === job.record.workdir) {
      return kept?.of.see();
    }
    kept?.of[Symbol.dispose]();
    this.#kept.delete(jobId);
    if (job !== undefined && watch !== null) this.#open(job, watch);
  }

  #open(job: Job, watch: FileWatch): void {
    const { clock, logger, events } = this.#options;
    const act = (why: string) => this.#act(job, watch, why);
    const of = new JobWatch({ clock, logger, events, job, watch, act });
    this.#kept.set(job.id, { watch, workdir: job.record.workdir, of });
    of.begin();
  }

  #act(job: Job, { do: action = { action: "restart" } }: FileWatch, why: string): number | void {
    const { bus, logger, supervisor } = this.#options;
    const target = action.action === "run" ? supervisor().byName(action.job) : job;
    if (action.action === "run" && target?.isUp && target.record.project?.isTask) {
      return LOOK_AGAIN_MS;
    }
    logger.info("Files of a job have changed", { job: job.id, why });
    bus.announce("job_files_changed", job.id, { ...job.view() });
    if (action.action === "signal") return this.#signal(job, action.signal);
    if (target === undefined || target.record.project?.confirm) {
      logger.warn("What is to be run when files change is not there, or has to be confirmed", {
        job: job.id,
        runs: target?.record.name ?? null,
      });
      return;
    }
    if (target.isLive && target.run!.reason === null) {
      target.noteReason(why, "file_change");
    }
    supervisor().begin(target, { what: "file_change" });
  }

  #signal(job: Job, signal: string): void {
    const { host } = this.#options;
    if (!job.isLive) return;
    const { name } = parseSignal(signal);
    job.noteSignal({ what: "signal" }, name);
    host.signalGroup(job.run!, name);
  }
}

/** What is watched for a job now: nothing for one that a change would not lead to anything. */
function wantedWatch({ record, isUp }: Job): FileWatch | null {
  if (record.watch === null || record.fault !== undefined) return null;
  const { do: action = { action: "restart" } } = record.watch;
  // It is started only when somebody confirms it.
  if (action.action === "restart" && record.project?.confirm) return null;
  return record.awaitsChange || (isUp && record.desired === "up") ? record.watch : null;
}
