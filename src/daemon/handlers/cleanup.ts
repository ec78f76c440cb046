import type { Handler } from "../handler.ts";

/** Removes every job that is down. */
export const handleCleanup: Handler<"cleanup"> = (_payload, { supervisor }) => ({
  removed: supervisor.cleanup().map((job) => job.id),
});
