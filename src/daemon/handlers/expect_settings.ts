import type { Needs } from "./handler.ts";

/**
 * To be awaited before something new is started: a daemon that had to begin without the settings of a wrong file only
 * looks after what is there, until the file is right. Whether it is by now is looked at each time.
 * @throws AppError `settings.*`
 */
export async function expectSettings(
  { settingsInForce, lifecycle }: Needs<"settingsInForce" | "lifecycle">,
): Promise<void> {
  if (settingsInForce.areDefaults) await lifecycle.reload();
}
