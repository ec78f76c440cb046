import type { Handler } from "../handler.ts";

/** Reads the settings again; bad ones are an error here, and the old ones stay. */
export const handleReload: Handler<"reload"> = async (_payload, { lifecycle }) => {
  const { changed, needsRestart } = await lifecycle.reload();
  return { changed, needs_restart: needsRestart };
};
