import * as z from "zod/mini";
import { describeRefusal, sayWhatMustBe } from "../protocol/refusal.ts";
import { RpcCode, RpcError } from "./rpc_error.ts";

const MUST_BE_ID = "must be text or a whole number";
/** By which an answer finds its question; that of another kind is another one: 1 is not "1". */
const RequestId = z.union([z.string(), z.int()], MUST_BE_ID);
export type RequestId = z.infer<typeof RequestId>;

const Params = z.optional(z.record(z.string(), z.unknown(), "must be an object"));

const Notification = z.object({
  jsonrpc: z.literal("2.0", 'must be "2.0"'),
  method: z.string("must be text"),
  params: Params,
});
/** What is told and not answered. */
export type Notification = z.infer<typeof Notification>;

const Request = z.extend(Notification, { id: RequestId });
/** What is asked. */
export type Request = z.infer<typeof Request>;

/** What a client may send. */
export type Message =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "notification"; readonly notification: Notification }
  /** To a question that nobody has asked, or worse. */
  | { readonly kind: "ignored" }
  | {
    readonly kind: "wrong";
    readonly id: RequestId | undefined;
    readonly error: RpcError;
  };

/** What a value is as a message; nobody needs to answer what has no id. */
export function readMessage(value: unknown): Message {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return wrong(undefined, "A message must be an object");
  }
  const isAnswer = !("method" in value) && ("result" in value || "error" in value);
  if (isAnswer) return { kind: "ignored" };
  if (!("id" in value)) {
    const notification = Notification.safeParse(value);
    if (notification.success) return { kind: "notification", notification: notification.data };
    // What has a method was meant to be one, and those are not answered.
    return "method" in value ? { kind: "ignored" } : wrong(undefined, "Neither a method nor an id");
  }
  const request = Request.safeParse(value, { error: sayWhatMustBe });
  if (request.success) return { kind: "request", request: request.data };
  const id = RequestId.safeParse(value.id);
  return wrong(id.success ? id.data : undefined, describeRefusal(request.error));
}

function wrong(id: RequestId | undefined, message: string): Message {
  return { kind: "wrong", id, error: new RpcError(RpcCode.invalidRequest, message) };
}

/**
 * What the parameters of a request are.
 * @throws RpcError invalid params
 */
export function readParams<Schema extends z.ZodMiniType>(
  schema: Schema,
  { params = {} }: Pick<Request, "params">,
): z.infer<Schema> {
  const found = schema.safeParse(params, { error: sayWhatMustBe });
  if (found.success) return found.data;
  throw new RpcError(RpcCode.invalidParams, `params.${describeRefusal(found.error)}`);
}
