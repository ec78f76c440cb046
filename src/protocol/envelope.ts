/**
 * How a client reads what the daemon sends. It has checked whose socket it is and has shaken hands: so it looks at the
 * envelope only, and lets pass what it does not know: one more field, one more word. Nothing here is slow to load.
 */
import type { ErrorBody, ErrorMessage } from "./error_reply.ts";
import type { Hello } from "./hello.ts";
import type {
  EventMessage,
  ExitMessage,
  ReplyMessage,
  RequestMessage,
  StdinTakenMessage,
} from "./message.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The daemon's hello; undefined for anything else. */
export function readHello(message: unknown): Hello | undefined {
  const isHello = isObject(message) && message.type === "hello" && isNumber(message.protocol) &&
    isText(message.version) && isText(message.build) && isText(message.daemon_id) &&
    isNumber(message.pid) && Array.isArray(message.capabilities);
  return isHello ? message as unknown as Hello : undefined;
}

/** The last words of a daemon that closes the connection; undefined for anything else. */
export function readErrorMessage(message: unknown): ErrorMessage | undefined {
  const isError = isObject(message) && message.type === "error" && isErrorBody(message.error);
  return isError ? message as unknown as ErrorMessage : undefined;
}

/** The answer to a request, with an object as its data; undefined for anything else. */
export function readReply(message: unknown): ReplyMessage | undefined {
  if (!isObject(message) || !isNumber(message.id)) return undefined;
  const isReply = message.ok === true && isObject(message.data) ||
    message.ok === false && isErrorBody(message.error);
  return isReply ? message as unknown as ReplyMessage : undefined;
}

/** A request of the daemon; undefined for anything else. */
export function readRequest(message: unknown): RequestMessage | undefined {
  const isRequest = isObject(message) && isNumber(message.id) && isText(message.type);
  return isRequest ? message as unknown as RequestMessage : undefined;
}

/** An event of a subscription, whatever its name is; undefined for anything else. */
export function readEvent(message: unknown): EventMessage | undefined {
  if (!isObject(message) || message.type !== "event" || !isNumber(message.subscription)) return;
  const { event } = message;
  const isEvent = isObject(event) && isText(event.event) && isNumber(event.seq) &&
    isText(event.time) && isObject(event.data);
  return isEvent ? message as unknown as EventMessage : undefined;
}

/** The end of an exec; undefined for anything else. */
export function readExit(message: unknown): ExitMessage | undefined {
  const isExit = isObject(message) && message.type === "exit" &&
    (message.code === null || isNumber(message.code)) &&
    (message.signal === null || isText(message.signal));
  return isExit ? message as unknown as ExitMessage : undefined;
}

/** How much of its stdin a command has taken; undefined for anything else. */
export function readStdinTaken(message: unknown): StdinTakenMessage | undefined {
  const isTaken = isObject(message) && message.type === "stdin_taken" && isNumber(message.bytes);
  return isTaken ? message as unknown as StdinTakenMessage : undefined;
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isErrorBody(value: unknown): value is ErrorBody {
  return isObject(value) && isText(value.code) && isText(value.message) &&
    (value.hint === undefined || isText(value.hint));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
