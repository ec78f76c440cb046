import { AppError, messageOf, toErrorShape } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { exitCodeOf } from "../base/exit_code_of.ts";
import { escapeLabel } from "../base/terminal_text.ts";
import { openStandardStreams } from "../platform/stdio.ts";

/** What the shell says for a program that SIGPIPE ended. */
const EXIT_READER_GONE = 141;

/** What to do next where what imp would say is no help; undefined: nothing is to be said. */
const HINTS: Readonly<Record<string, ((name: string) => string) | undefined>> = {
  "command.too_large": () => "Put what is large into a file, and name that",
  "daemon.already_running": (name) => `${name} --daemon stop ends it`,
  "daemon.connection_lost": () => "Try again: the next call starts a new daemon",
  "daemon.not_answering": (name) => `${name} --daemon stop ends it; the next call starts a new one`,
  "daemon.other_state": () => "Set XDG_STATE_HOME or XDG_RUNTIME_DIR as they were, or --daemon-id",
  "daemon.stopping": () => "Try again: the next call starts a new daemon",
  "exec.connection_lost": () => "The daemon may have been ended: try again",
  "protocol.malformed": (name) => `${name} --daemon stop ends it; the next call starts a new one`,
  "version.mismatch": (name) => `${name} --daemon stop ends the daemon of the other version`,
  "limit.connections": undefined,
  "limit.followers": undefined,
  "limit.gave_way": undefined,
  "limit.open_requests": undefined,
  "limit.pending_bytes": () => "The handler writes without awaiting that it may",
};

/** Tells on stderr what went wrong, and returns the exit code that says so too. */
export async function tellFailure(name: string, error: unknown): Promise<number> {
  const { code, message, hint } = toErrorShape(error);
  if (code === "interrupted") return ExitCode.interrupted;
  if (code === "output.closed") return EXIT_READER_GONE;
  const said = error instanceof AppError ? message : `${messageOf(error)}, which is a bug`;
  const next = code in HINTS ? HINTS[code]?.(name) : hint;
  const lines = [`${name}: ${said}`, ...next === undefined ? [] : [`hint: ${next}`]];
  const text = lines.join("\n").split("\n").map((line) => `${escapeLabel(line)}\n`).join("");
  await openStandardStreams().stderr.write(text).catch(() => {});
  return exitCodeOf(code);
}
