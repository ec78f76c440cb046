import type { Handler } from "../handler.ts";

/** Ends the daemon, with its jobs or without. Frozen for all versions. */
export const handleShutdown: Handler<"shutdown"> = (payload, { supervisor, lifecycle }) => {
  const leaveWork = payload.keep_jobs === true;
  const up = supervisor.upJobs.length;
  lifecycle.shutdown({ reason: "asked by a client", leaveWork });
  return { stopped: leaveWork ? 0 : up };
};
