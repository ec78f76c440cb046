import type { Handler } from "../handler.ts";

/** Stops and removes everything, then the daemon ends and leaves nothing on disk. */
export const handleNuke: Handler<"nuke"> = async (_payload, parts) => {
  const { supervisor, lifecycle, eraseOnExit } = parts;
  const stopped = supervisor.upJobs.length;
  const removed = await supervisor.remove({ jobs: [], all: true }, true);
  eraseOnExit();
  lifecycle.shutdown({ reason: "nuke" });
  return { stopped, removed: removed.length };
};
