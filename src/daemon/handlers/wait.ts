import type { Handler } from "./handler.ts";

/** Replies when the jobs are as asked for. */
export const handleWait: Handler<"wait", "supervisor" | "left"> = async (
  payload,
  { supervisor, left },
  { signal },
) => {
  const jobs = supervisor.select({ jobs: payload.jobs });
  const { for: condition, until = "all" } = payload;
  const found = await supervisor.waitFor(jobs, {
    condition,
    until,
    timeoutMs: payload.timeout_ms,
    signal,
  });
  if (until !== "all") return { ...found };
  if (condition !== "exited") return { jobs: found.jobs };
  left.lookIfLikely(jobs);
  return { jobs: jobs.map((job) => job.view()) };
};
