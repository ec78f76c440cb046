import { AppError } from "../base/app_error.ts";
import type { Schema } from "../protocol/schema.ts";
import { type ReplyOf, type RequestName, REQUESTS } from "../protocol/request.ts";

/** A reply's data as the type that its request promises. @throws AppError `protocol.malformed` */
export function parseReply<Name extends RequestName>(type: Name, data: unknown): ReplyOf<Name> {
  const parsed = REQUESTS[type].reply.safeParse(data);
  if (parsed.success) return parsed.data as ReplyOf<Name>;
  const { path, message } = parsed.problem;
  const where = `${path.join(".") || "data"}: ${message}`;
  throw new AppError(
    "protocol.malformed",
    `Cannot understand the answer to "${type}" at ${where}`,
    {
      hint: "`imp daemon restart` brings the daemon to the version of this imp; jobs go on",
    },
  );
}

/** A message as its schema has it. @throws AppError `protocol.malformed` */
export function understand<Message>(schema: Schema<Message>, message: unknown): Message {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  throw new AppError("protocol.malformed", "Cannot understand a message of the daemon");
}
