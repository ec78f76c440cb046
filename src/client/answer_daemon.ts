import { AppError, toErrorShape } from "../base/app_error.ts";
import { readRequest } from "../protocol/envelope.ts";
import { encodeControl } from "../protocol/frame.ts";
import type { Hello } from "../protocol/hello.ts";
import { understood } from "./understood.ts";

/** The frame with our answer to what the daemon asks us. @throws AppError `protocol.malformed` for what is no question */
export function answerDaemon(
  message: unknown,
  { version, build, pid }: Hello,
): Uint8Array<ArrayBuffer> {
  const { id, type } = understood(readRequest(message));
  const unknown = new AppError("protocol.unknown_request", `Clients do not answer "${type}"`);
  return encodeControl(
    type === "ping"
      ? { id, ok: true, data: { version, build, pid } }
      : { id, ok: false, error: toErrorShape(unknown) },
  );
}
