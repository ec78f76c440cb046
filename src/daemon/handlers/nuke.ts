import type { Handler } from "../handler.ts";

/**
 * Stops and removes everything, then the daemon ends and leaves nothing on disk. Where something could not be ended it
 * stays with that job, so that it is not forgotten.
 */
export const handleNuke: Handler<"nuke"> = async (_payload, parts) => {
  const { supervisor, lifecycle, eraseOnExit } = parts;
  const up = supervisor.upJobs.length;
  const { removed, survivors } = await supervisor.remove({ jobs: [], all: true }, true);
  const stopped = Math.max(0, up - supervisor.upJobs.length);
  if (survivors !== undefined) return { stopped, removed: removed.length, survivors };
  eraseOnExit();
  lifecycle.shutdown({ reason: "nuke" });
  return { stopped, removed: removed.length };
};
