import * as z from "zod/mini";
import { ErrorBody } from "./error_reply.ts";
import { ImpEvent } from "./event.ts";

/** A request's envelope; `payload` is checked by the schema of its type. Both sides may send `ping`. */
export const RequestMessage = z.object({
  id: z.number(),
  type: z.string(),
  payload: z.optional(z.unknown()),
});
export type RequestMessage = z.infer<typeof RequestMessage>;

/** The answer to the request with the same id. */
export const ReplyMessage = z.discriminatedUnion("ok", [
  z.object({ id: z.number(), ok: z.literal(true), data: z.unknown() }),
  z.object({ id: z.number(), ok: z.literal(false), error: ErrorBody }),
]);
export type ReplyMessage = z.infer<typeof ReplyMessage>;

/** An event for the subscription that the request with id `subscription` opened. */
export const EventMessage = z.object({
  type: z.literal("event"),
  subscription: z.number(),
  event: ImpEvent,
});
export type EventMessage = z.infer<typeof EventMessage>;

/** The end of an exec: its command's code, or the signal that ended it. */
export const ExitMessage = z.object({
  type: z.literal("exit"),
  code: z.nullable(z.number()),
  signal: z.nullable(z.string()),
});
export type ExitMessage = z.infer<typeof ExitMessage>;

/** The command of an exec has taken so many bytes of its stdin: as many more may be sent. */
export const StdinTakenMessage = z.object({
  type: z.literal("stdin_taken"),
  bytes: z.number(),
});
export type StdinTakenMessage = z.infer<typeof StdinTakenMessage>;

/** The command of an exec takes nothing more: what is sent from now on is thrown away. */
export const StdinClosedMessage = z.object({ type: z.literal("stdin_closed") });
export type StdinClosedMessage = z.infer<typeof StdinClosedMessage>;
