import type { Handler } from "./handler.ts";

/** Ends the daemon, with its jobs or without; the reply comes when the jobs have ended. Frozen for all versions. */
export const handleShutdown: Handler<"shutdown", "supervisor" | "lifecycle"> = async (
  payload,
  { supervisor, lifecycle },
) => {
  const leaveWork = payload.keep_jobs === true;
  const up = supervisor.upJobs.map(({ id }) => id);
  lifecycle.shutdown({ reason: "asked by a client", leaveWork });
  if (leaveWork) return { stopped: 0 };
  const survivors = await supervisor.ending.suspended;
  if (survivors.length === 0) return { stopped: up.length };
  // Of jobs that were down something may be there, too.
  const stuck = new Set(survivors.map(({ job_id }) => job_id));
  return { stopped: up.filter((id) => !stuck.has(id)).length, survivors };
};
