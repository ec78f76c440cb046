import { AppError } from "../../base/app_error.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import { STDIN_WINDOW_BYTES } from "../../rpc/server/exec_stdin.ts";
import { streamCommand } from "../../rpc/server/stream_command.ts";
import { DEFAULT_HANDLER } from "../execs/command_handlers.ts";
import type { ExecCommand } from "../execs/exec_command.ts";
import { maskSecrets } from "../secrets/mask_secrets.ts";
import { refuseTooLarge } from "../../rpc/server/command_size.ts";
import { expectSettings } from "./expect_settings.ts";
import type { Handler } from "./handler.ts";

/** Runs a command for a client and streams its output back on this connection, which ends with it. */
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
  streamCommand(
    {
      id: command.execId,
      shown: "script" in command.command ? ["sh"] : maskSecrets(command.command),
      timeoutMs: payload.timeout_ms,
      run: (output, cancel) => handler.handle(command, output, cancel),
    },
    parts,
    call,
  );
  return {
    exec_id: command.execId,
    ...(stdin === undefined ? {} : { stdin_window: STDIN_WINDOW_BYTES }),
  };
};

function toCommand(payload: PayloadOf<"exec">, execId: string): ExecCommand {
  const { command = [], script, workdir, env, umask, surroundings } = payload;
  const what = script === undefined ? command : { script };
  return { execId, command: what, workdir, env, umask, surroundings };
}
