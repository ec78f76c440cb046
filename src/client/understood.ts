import { AppError } from "../base/app_error.ts";

/** The message of the daemon that was read. @throws AppError `protocol.malformed` when it could not be */
export function understood<Message>(message: Message | undefined): Message {
  if (message !== undefined) return message;
  throw new AppError("protocol.malformed", "Cannot understand a message of the daemon", {
    hint: "`imp daemon restart` brings the daemon to the version of this imp; jobs go on",
  });
}
