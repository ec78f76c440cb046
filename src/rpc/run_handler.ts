import { AppError } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { ExitCode } from "../base/exit_code.ts";
import type { Logger } from "../base/logger.ts";
import { guarded } from "../platform/guarded.ts";
import type { ApplicationHandler } from "./application_options.ts";
import { PacedOutput } from "./paced_output.ts";
import type { CommandEnd, CommandOutput } from "./server/command_handler.ts";

/** What a handler is run with. */
export interface RunHandlerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long it may take to end once it is cancelled. */
  readonly graceMs: number;
  /** What it writes goes out in pieces of so many bytes at most. */
  readonly chunkBytes: number;
}

/**
 * Has a handler handle a command, and resolves with how that ended. One that has not ended its grace after it was
 * cancelled is given up: it may go on for ever, but nobody waits for it, and what it writes is refused.
 * @throws what it was cancelled for; AppError `exec.handler_failed`; what the handler throws
 */
export async function runHandler(
  handle: (output: CommandOutput, cancel: AbortSignal) => ReturnType<ApplicationHandler["handle"]>,
  { output, cancel }: { readonly output: CommandOutput; readonly cancel: AbortSignal },
  { clock, logger, graceMs, chunkBytes }: RunHandlerOptions,
): Promise<CommandEnd> {
  const paced = new PacedOutput(output, { clock, chunkBytes, cancel });
  const givenUp = Promise.withResolvers<never>();
  let cancelTimer = () => {};
  const giveUp = guarded("handler.grace", () => {
    logger.error("A handler did not end when it was cancelled; it is given up", {
      grace_ms: graceMs,
    });
    givenUp.reject(cancel.reason);
  }, givenUp.reject);
  const onCancel = guarded("handler.cancel", () => {
    cancelTimer = clock.schedule(graceMs, giveUp);
  }, givenUp.reject);
  cancel.addEventListener("abort", onCancel, { once: true });
  if (cancel.aborted) onCancel();
  try {
    const work = Promise.try(handle, paced, cancel);
    const code = await Promise.race([work, givenUp.promise, paced.failed]) ?? ExitCode.done;
    await paced.drained();
    return { code: toExitCode(code), signal: null };
  } finally {
    paced.close(new AppError("exec.handler_failed", "The command is over"));
    cancelTimer();
    cancel.removeEventListener("abort", onCancel);
  }
}

/** What a process can end with. @throws Error for what it cannot */
function toExitCode(code: number): number {
  if (Number.isInteger(code) && code >= 0 && code <= 255) return code;
  throw new Error(`It returned ${code}, which is no exit code`);
}
