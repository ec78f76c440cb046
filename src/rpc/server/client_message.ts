import { AppError } from "../../base/app_error.ts";
import { decodeControl, type Frame, FrameKind } from "../../protocol/frame.ts";
import { Hello } from "../../protocol/hello.ts";
import { ReplyMessage, RequestMessage } from "../../protocol/message.ts";

/** What a client says in a frame. @throws AppError `protocol.unexpected_frame`, `protocol.malformed` */
export function readMessage(frame: Frame): unknown {
  if (frame.kind !== FrameKind.control) {
    throw new AppError(
      "protocol.unexpected_frame",
      `A frame of kind ${frame.kind} belongs to no request`,
    );
  }
  return decodeControl(frame.body);
}

/** The first message of a client of this daemon. @throws AppError `protocol.malformed`, `protocol.wrong_daemon` */
export function expectHello(message: unknown, daemonId: string): Hello {
  const parsed = Hello.safeParse(message);
  if (!parsed.success) throw new AppError("protocol.malformed", "The first frame is no hello");
  if (parsed.data.daemon_id !== daemonId) {
    throw new AppError(
      "protocol.wrong_daemon",
      `This is daemon "${daemonId}", not ${JSON.stringify(parsed.data.daemon_id)}`,
    );
  }
  return parsed.data;
}

/** A later one; undefined for a reply, to what keeps the connection alive. @throws AppError `protocol.malformed` */
export function expectRequest(message: unknown): RequestMessage | undefined {
  const request = RequestMessage.safeParse(message);
  if (request.success) return request.data;
  if (ReplyMessage.safeParse(message).success) return undefined;
  throw new AppError("protocol.malformed", "A control frame is neither a request nor a reply");
}
