import { AppError, toErrorShape } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import { chainOf } from "../../base/error_chain.ts";
import type { Logger } from "../../base/logger.ts";
import { background } from "../../platform/guarded.ts";
import { FrameKind } from "../../protocol/frame.ts";
import type { Call } from "./call.ts";
import type { CommandEnd, RoomyOutput } from "./command_handler.ts";
import type { ExecRegistry } from "./exec_registry.ts";

/** A command that is to be run for a client. */
export interface StreamedCommand {
  readonly id: string;
  /** As it may be shown: without credentials. */
  readonly shown: readonly string[];
  /** When it is ended because it takes too long; undefined: never. */
  readonly timeoutMs?: number | undefined;
  /** What its handler does with it. */
  readonly run: (output: RoomyOutput, cancel: AbortSignal) => Promise<CommandEnd>;
}

/** What of the daemon it needs. */
export interface StreamParts {
  readonly execs: ExecRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Runs a command for a client once its request is answered, and streams its output back on this connection: raw frames,
 * then `exit` or an error, then the end of the connection. The client going away cancels it.
 */
export function streamCommand(command: StreamedCommand, parts: StreamParts, call: Call): void {
  const cancel = new AbortController();
  call.signal.addEventListener("abort", () => cancel.abort(call.signal.reason), { once: true });
  const begun = Promise.withResolvers<void>();
  const done = begun.promise.then(() => stream(command, cancel, { ...parts, call }));
  call.connection.keepOpenFor(done);
  parts.execs.add({
    id: command.id,
    command: command.shown,
    startedAtMs: parts.clock.now(),
    cutOff: (reason) => {
      background("exec.cut_off", () => call.connection.end(reason));
      cancel.abort(reason);
    },
    done,
  });
  call.afterReply(begun.resolve);
}

/** Never rejects: what goes wrong is told to the client. */
async function stream(
  { id, timeoutMs, run }: StreamedCommand,
  cancel: AbortController,
  { clock, logger, call: { connection } }: StreamParts & { call: Call },
): Promise<void> {
  const output: RoomyOutput = {
    write: (bytes, hasRoom) => connection.pushOutput(FrameKind.stdout, bytes, hasRoom),
    writeError: (bytes, hasRoom) => connection.pushOutput(FrameKind.stderr, bytes, hasRoom),
  };
  const timeout = () =>
    cancel.abort(new AppError("exec.timed_out", "The command took too long and was ended"));
  const cancelTimer = timeoutMs === undefined ? () => {} : clock.schedule(timeoutMs, timeout);
  try {
    const end = await run(output, cancel.signal);
    cancel.signal.throwIfAborted();
    connection.stdin.close();
    connection.push({ type: "exit", ...end });
    await connection.finish();
  } catch (error) {
    if (!(error instanceof AppError)) {
      logger.error("A command handler failed", { exec: id, error: toErrorShape(error).message });
    }
    await connection.end(toHandlerError(error));
  } finally {
    cancelTimer();
  }
}

/** What a handler throws is its own failure, and no bug of ours. */
function toHandlerError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = `The command's handler failed: ${chainOf(error)}`;
  return new AppError("exec.handler_failed", message, { cause: error });
}
