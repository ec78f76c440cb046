import type { Handler } from "./handler.ts";

/** Reads the settings again; bad ones are an error here, and the old ones stay. */
export const handleReload: Handler<"reload", "lifecycle" | "settingsInForce"> = async (
  _payload,
  { lifecycle, settingsInForce },
) => {
  const { changed, needsRestart } = await lifecycle.reload();
  const { notes } = settingsInForce;
  return { changed, needs_restart: needsRestart, ...notes.length === 0 ? {} : { notes } };
};
