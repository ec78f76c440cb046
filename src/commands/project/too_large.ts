import { AppError } from "../../base/app_error.ts";

/** What is said of a project that is too much for one message; any other error as it is. */
export function explainTooLarge(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "protocol.frame_too_large") return error;
  return new AppError(
    "project.too_large",
    `The project is too much for one message. ${error.message}`,
    {
      hint:
        "Give its file more, daemon: { max_frame_bytes: 16MiB }, and have the daemon begin anew: " +
        "imp daemon restart",
      cause: error,
    },
  );
}
