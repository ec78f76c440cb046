import { AppError } from "../../base/app_error.ts";

/** A command that could not be started, and why. */
export function spawnFailed(why: string, hint?: string): AppError {
  return new AppError("job.spawn_failed", `Cannot start the command: ${why}`, { hint });
}
