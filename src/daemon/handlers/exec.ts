import { AppError, messageOf, toErrorShape } from "../../base/app_error.ts";
import { background } from "../../platform/guarded.ts";
import { FrameKind } from "../../protocol/frame.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import type {
  CommandEnd,
  CommandHandler,
  CommandOutput,
  ExecCommand,
} from "../execs/command_handler.ts";
import { DEFAULT_HANDLER } from "../execs/command_handlers.ts";
import { refuseTooLarge } from "./command_size.ts";
import { STDIN_WINDOW_BYTES } from "../clients/exec_stdin.ts";
import { expectSettings } from "./expect_settings.ts";
import type { Call, Handler, Needs } from "./handler.ts";
import { maskSecrets } from "../secrets/mask_secrets.ts";

/**
 * Runs a command for a client and streams its output back on this connection: raw frames, then `exit` or an error,
 * then the end of the connection. The client going away cancels it.
 */
export const handleExec: Handler<
  "exec",
  "execs" | "commandHandlers" | "settings" | "settingsInForce" | "lifecycle" | "clock" | "logger"
> = async (payload, parts, call) => {
  await expectSettings(parts);
  const { execs, commandHandlers } = parts;
  const handler = commandHandlers.get(payload.handler ?? DEFAULT_HANDLER);
  if (handler === undefined) {
    throw new AppError(
      "exec.unknown_handler",
      `No handler is called ${JSON.stringify(payload.handler)}`,
      {
        hint: `Use one of: ${[...commandHandlers.keys()].join(", ")}`,
      },
    );
  }
  refuseTooLarge(payload, parts.settings().maxCommandBytes);
  const stdin = payload.stdin ? call.connection.stdin.open() : undefined;
  const command = { ...toCommand(payload, execs.nextId()), stdin };
  const cancel = new AbortController();
  call.signal.addEventListener("abort", () => cancel.abort(call.signal.reason), { once: true });
  const begun = Promise.withResolvers<void>();
  const done = begun.promise.then(() => stream({ handler, command, payload, cancel }, parts, call));
  call.connection.keepOpenFor(done);
  execs.add({
    id: command.execId,
    command: "script" in command.command ? ["sh"] : maskSecrets(command.command),
    startedAtMs: parts.clock.now(),
    cutOff: (reason) => {
      background("exec.cut_off", () => call.connection.end(reason));
      cancel.abort(reason);
    },
    done,
  });
  call.afterReply(begun.resolve);
  return {
    exec_id: command.execId,
    ...(stdin === undefined ? {} : { stdin_window: STDIN_WINDOW_BYTES }),
  };
};

/** One exec under way. */
interface Exec {
  readonly handler: CommandHandler;
  readonly command: ExecCommand;
  readonly payload: PayloadOf<"exec">;
  readonly cancel: AbortController;
}

/** Never rejects: what goes wrong is told to the client. */
async function stream(
  exec: Exec,
  { clock, logger }: Needs<"clock" | "logger">,
  { connection }: Call,
): Promise<void> {
  const { handler, command, payload, cancel } = exec;
  const output: CommandOutput = {
    write: (name, bytes) => connection.pushOutput(FrameKind[name], bytes),
  };
  const timeout = () =>
    cancel.abort(new AppError("exec.timed_out", "The command took too long and was ended"));
  const cancelTimer = payload.timeout_ms === undefined
    ? () => {}
    : clock.schedule(payload.timeout_ms, timeout);
  try {
    const end: CommandEnd = await handler.handle(command, output, cancel.signal);
    cancel.signal.throwIfAborted();
    connection.stdin.close();
    connection.push({ type: "exit", ...end });
    await connection.finish();
  } catch (error) {
    if (!(error instanceof AppError)) {
      logger.error("A command handler failed", {
        exec: command.execId,
        error: toErrorShape(error).message,
      });
    }
    await connection.end(toHandlerError(error));
  } finally {
    cancelTimer();
  }
}

/** What a handler throws is its own failure, and no bug of ours. */
function toHandlerError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = `The command's handler failed: ${messageOf(error)}`;
  return new AppError("exec.handler_failed", message, { cause: error });
}

function toCommand(payload: PayloadOf<"exec">, execId: string): ExecCommand {
  const { command = [], script, workdir, env, umask, surroundings } = payload;
  const what = script === undefined ? command : { script };
  return { execId, command: what, workdir, env, umask, surroundings };
}
