import type { Handler } from "./handler.ts";

/** Replies when every job is as asked for. */
export const handleWait: Handler<"wait", "supervisor" | "left"> = async (
  payload,
  { supervisor, left },
  { signal },
) => {
  const jobs = supervisor.select({ jobs: payload.jobs });
  const found = await supervisor.waitFor(jobs, {
    condition: payload.for,
    timeoutMs: payload.timeout_ms,
    signal,
  });
  if (payload.for !== "exited") return { jobs: found };
  left.lookIfLikely(jobs);
  return { jobs: jobs.map((job) => job.view()) };
};
