import { AppError } from "../base/app_error.ts";

/** What a command failed with, said of the command where it is only known of the connection. */
export function toExecError(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "daemon.connection_lost") return error;
  return new AppError(
    "exec.connection_lost",
    "Lost the connection to the daemon before the command's end was known",
    { hint: "The daemon ends a command whose client is gone", cause: error },
  );
}
