import { AppError } from "../base/app_error.ts";

/** A daemon that lives, by its lock, and says nothing. */
export function notAnswering(pid: number | undefined): AppError {
  const who = pid === undefined ? "" : ` (pid ${pid})`;
  return new AppError("daemon.not_answering", `Daemon is not answering${who}`, {
    hint: pid === undefined
      ? "Try again"
      : `\`kill -CONT ${pid}\` wakes it if it was stopped; \`imp daemon restart\` replaces it, ` +
        "which harms no job",
  });
}

/** A daemon that lives, by its lock, and cannot be reached: its socket is not there. */
export function notListening(pid: number | undefined, socket: string): AppError {
  const who = pid === undefined ? "" : ` (pid ${pid})`;
  return new AppError(
    "daemon.not_answering",
    `Daemon${who} lives, but does not listen at ${JSON.stringify(socket)}`,
    {
      hint: "It is starting or ending; try again. When that lasts, `imp daemon restart` replaces " +
        "it, which harms no job",
    },
  );
}
