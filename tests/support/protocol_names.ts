/** What the pages call the schemas of the protocol: a client in another language is written from these. */
import type * as z from "zod/mini";
import { ErrorBody, ErrorMessage } from "../../src/protocol/error_reply.ts";
import { EventName, ImpEvent } from "../../src/protocol/event.ts";
import { Hello } from "../../src/protocol/hello.ts";
import { JobStatus, JobView, RunView } from "../../src/protocol/job_view.ts";
import {
  EventMessage,
  ExitMessage,
  ReplyMessage,
  RequestMessage,
  StdinClosedMessage,
  StdinTakenMessage,
} from "../../src/protocol/message.ts";
import { JobSpec } from "../../src/protocol/job_spec.ts";
import { LeftProcessView, Survivor } from "../../src/protocol/process_view.ts";
import { PAYLOADS } from "../../src/protocol/payload.ts";
import { REPLIES } from "../../src/protocol/reply.ts";
import { REQUEST_TRAITS, type RequestName } from "../../src/protocol/request_traits.ts";
import { Counters, DaemonView, ExecView, StatusSnapshot } from "../../src/protocol/snapshot.ts";

/** A schema, and what its type is called on the page. */
export type NamedSchemas = ReadonlyMap<z.ZodMiniType, string>;

/** What both sides send, in the order of the page. */
export const MESSAGE_NAMES: NamedSchemas = new Map<z.ZodMiniType, string>([
  [Hello, "Hello"],
  [RequestMessage, "Request"],
  [ReplyMessage, "Reply"],
  [ErrorMessage, "ErrorMessage"],
  [EventMessage, "EventMessage"],
  [ExitMessage, "Exit"],
  [StdinTakenMessage, "StdinTaken"],
  [StdinClosedMessage, "StdinClosed"],
]);

/** What a status snapshot is made of. */
export const STATUS_NAMES: NamedSchemas = new Map<z.ZodMiniType, string>([
  [StatusSnapshot, "Snapshot"],
  [DaemonView, "Daemon"],
  [ExecView, "Exec"],
  [Counters, "Counters"],
  [JobView, "Job"],
  [JobStatus, "JobStatus"],
]);

/** All of them. */
export const TYPE_NAMES: NamedSchemas = new Map<z.ZodMiniType, string>([
  ...MESSAGE_NAMES,
  [ErrorBody, "ErrorBody"],
  [ImpEvent, "Event"],
  [EventName, "EventName"],
  ...STATUS_NAMES,
  [RunView, "Run"],
  [LeftProcessView, "LeftProcess"],
  [Survivor, "Survivor"],
  [JobSpec, "JobSpec"],
]);

/** The payload and the reply of every request, by what the page calls them. */
export const REQUEST_TYPES: readonly (readonly [name: string, schema: z.ZodMiniType])[] =
  (Object.keys(REQUEST_TRAITS) as RequestName[]).flatMap((name) => [
    [requestTypeName(name, "payload"), PAYLOADS[name]] as const,
    [requestTypeName(name, "reply"), REPLIES[name]] as const,
  ]);

/** `GetJobPayload` for the payload of `get_job`. */
export function requestTypeName(request: RequestName, part: "payload" | "reply"): string {
  return toTypeName(`${request}_${part}`);
}

/** `restart policy` and `get_job` as the name of a type. */
export function toTypeName(name: string): string {
  return name.split(/[ _]/).map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}
