import type { AppError } from "../../base/app_error.ts";
import { type ReadEnv, settingsPaths } from "../../platform/paths.ts";

/** What is wrong with the settings that a daemon started from here would have; undefined when they are right. */
export async function whyWrongSettings(
  env: ReadEnv,
  projectFile: string | undefined,
): Promise<AppError | undefined> {
  // It brings zod, which no other client loads.
  const { readSettings } = await import("../../config/load_settings.ts");
  return (await readSettings(settingsPaths(env, projectFile))).problems[0];
}
