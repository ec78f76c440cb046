import type { Handler } from "./handler.ts";

/** Removes jobs with their output; one that is up only by force. */
export const handleRemove: Handler<"remove", "supervisor"> = async (payload, { supervisor }) => {
  const { removed, survivors } = await supervisor.removal.remove(payload, { force: payload.force });
  return { removed: removed.map((job) => job.id), ...(survivors && { survivors }) };
};
