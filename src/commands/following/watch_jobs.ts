import type { DaemonClient } from "../../client/client.ts";
import { followEvents } from "../../client/subscribe.ts";
import { jobOf } from "../../protocol/job_of_event.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import { createAwayNotice } from "./away_notice.ts";
import type { CommandContext } from "../frame/command.ts";

/** Gets the jobs as they change, in the order of the changes. */
export interface JobWatcher {
  /** All jobs as they are now: at the beginning, and when changes may have been missed. */
  onAll(jobs: readonly JobView[]): void | Promise<void>;
  onJob(job: JobView): void | Promise<void>;
  onRemoved(job: JobView): void | Promise<void>;
  /** Another connection is in use now. */
  onClient?(client: DaemonClient): void;
}

/** Options of {@linkcode watchJobs}. */
export interface WatchJobsOptions {
  readonly payload: PayloadOf<"subscribe">;
  readonly first: DaemonClient;
  readonly signal: AbortSignal;
  readonly watcher: JobWatcher;
  /** Nothing is said of a daemon that stays away. */
  readonly isQuiet?: boolean;
}

/** Tells the watcher what becomes of the jobs, however often the daemon comes and goes, until the signal is aborted. */
export async function watchJobs(
  ctx: CommandContext,
  { payload, first, signal, watcher, isQuiet = false }: WatchJobsOptions,
): Promise<void> {
  const items = followEvents({
    payload,
    connect: (how) => ctx.connect(how),
    first,
    clock: ctx.clock,
    signal,
    onState: isQuiet ? undefined : createAwayNotice(ctx),
  });
  let client = first;
  let hasMissed = true;
  for await (const item of items) {
    if (item.type === "snapshot") {
      client = item.client;
      watcher.onClient?.(client);
      // What happened while nobody listened follows as events, and is seen in its order.
      if (hasMissed || !item.isResumed) await watcher.onAll(item.snapshot.jobs);
      hasMissed = false;
    } else if (item.event.event === "gap") {
      const list = await client.request("list", {}, { signal }).catch(() => undefined);
      hasMissed = list === undefined;
      if (list) await watcher.onAll(list.jobs);
    } else {
      const job = jobOf(item.event);
      if (job) await watcher.onJob(job);
      if (job && item.event.event === "job_removed") await watcher.onRemoved(job);
    }
  }
}
