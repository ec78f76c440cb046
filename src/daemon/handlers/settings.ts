import type { Handler } from "./handler.ts";

/** The settings in force and where each came from. */
export const handleSettings: Handler<"settings", "settingsInForce"> = (
  _payload,
  { settingsInForce },
) => ({
  settings: settingsInForce.describe(),
  notes: settingsInForce.notes,
});
