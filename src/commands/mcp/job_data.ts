import type { JobView } from "../../protocol/job_view.ts";
import { servingOf } from "../../protocol/serving.ts";
import type { Cause } from "../why/cause.ts";

/** More than these are only counted. */
export const MOST_JOBS = 40;

/** A job in an answer: what a model decides by, without what is null or as it always is. */
export function toJobData(job: JobView, why?: Cause): Record<string, unknown> {
  const { id, name, status, run, pid, exit_code, signal, reason, restarts, left = 0 } = job;
  const urls = urlsOf(job);
  const given = {
    ...{ job_id: id, name, status },
    ready: servingOf(job) === "yes" || undefined,
    ...{ run, pid, exit_code, signal },
    reason: reason ?? job.unready_reason,
    why: why && { reason: why.reason, message: why.message, hint: why.hint },
    restarts: restarts || undefined,
    urls: urls.length === 0 ? undefined : urls,
    ports: job.ports.length === 0 ? undefined : job.ports,
    processes_left: left || undefined,
  };
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** Where a browser finds it. */
export function urlsOf({ ports_declared = [] }: JobView): string[] {
  return ports_declared.flatMap(({ url }) => url ?? []);
}
