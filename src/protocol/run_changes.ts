import * as z from "zod/mini";

/** What is different in how the last run was started, compared with the last one before it that went well. */
export const RunChanges = z.object({
  /** The number of the run that went well. */
  since_run: z.number(),
  /** Parts of the definition: `command`, `cwd`, `ports`, `inputs`, …. */
  definition: z.array(z.string()),
  /** Names of environment variables; never values. */
  env_added: z.array(z.string()),
  env_removed: z.array(z.string()),
  env_changed: z.array(z.string()),
});
export type RunChanges = z.infer<typeof RunChanges>;
