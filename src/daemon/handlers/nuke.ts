import type { Handler } from "./handler.ts";

/**
 * Stops and removes everything, then the daemon ends and leaves nothing on disk. Where something could not be ended it
 * stays with that job, so that it is not forgotten.
 */
export const handleNuke: Handler<"nuke", "supervisor" | "lifecycle" | "eraseOnExit"> = async (
  _payload,
  parts,
) => {
  const { supervisor, lifecycle, eraseOnExit } = parts;
  const up = supervisor.upJobs.length;
  const { removed, survivors: stuck } = await supervisor.removal.remove({ all: true }, {
    force: true,
  });
  const survivors = [...stuck ?? [], ...await supervisor.ending.endStrays()];
  const stopped = Math.max(0, up - supervisor.upJobs.length);
  if (survivors.length > 0) return { stopped, removed: removed.length, survivors };
  eraseOnExit();
  lifecycle.shutdown({ reason: "nuke" });
  return { stopped, removed: removed.length };
};
