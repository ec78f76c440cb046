import type { Handler } from "../handler.ts";

/** Replies when every job is as asked for. */
export const handleWait: Handler<"wait"> = async (payload, { supervisor, left }, { signal }) => {
  const jobs = supervisor.select({ jobs: payload.jobs });
  await supervisor.waitFor(jobs, { condition: payload.for, timeoutMs: payload.timeout_ms, signal });
  left.lookIfLikely(jobs);
  return { jobs: jobs.map((job) => job.view()) };
};
