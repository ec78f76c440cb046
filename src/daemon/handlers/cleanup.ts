import type { Handler } from "./handler.ts";

/** Removes every job that is down. */
export const handleCleanup: Handler<"cleanup", "supervisor"> = async (_payload, { supervisor }) => {
  const { removed, letGo, survivors } = await supervisor.removal.cleanup();
  return {
    removed: removed.map((job) => job.id),
    ...(letGo > 0 ? { let_go: letGo } : {}),
    ...(survivors && { survivors }),
  };
};
