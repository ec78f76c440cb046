/** The schemas of the protocol as JSON Schema, for clients in other languages. */
import * as z from "zod/mini";
import { PAYLOADS } from "../../src/protocol/payload.ts";
import { REPLIES } from "../../src/protocol/reply.ts";
import { REQUEST_TRAITS, type RequestName } from "../../src/protocol/request_traits.ts";
import { MEANINGS } from "../../src/protocol/meaning.ts";
import { PROTOCOL_VERSION } from "../../src/base/version.ts";
import { SNAPSHOT_SCHEMA_VERSION } from "../../src/protocol/read_snapshot.ts";
import { type Comments, readComments } from "./field_comments.ts";
import {
  MESSAGE_NAMES,
  type NamedSchemas,
  REQUEST_TYPES,
  STATUS_NAMES,
  toTypeName,
  TYPE_NAMES,
} from "./protocol_names.ts";

/** A JSON Schema, as far as it is worked on here. */
export interface JsonSchema {
  [keyword: string]: unknown;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, JsonSchema>;
  $defs?: Record<string, JsonSchema>;
}

/** Of JSON Schema. */
export const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const COMMENTS = readComments(new URL("../../src/protocol/", import.meta.url));
/** What a schema is called in the code, where that is not its name on the page. */
export const CODE_NAMES: Readonly<Record<string, string>> = {
  Request: "RequestMessage",
  Reply: "ReplyMessage",
  Exit: "ExitMessage",
  Event: "ImpEvent",
  Snapshot: "StatusSnapshot",
  Daemon: "DaemonView",
  Exec: "ExecView",
  Job: "JobView",
  Run: "RunView",
  LeftProcess: "LeftProcessView",
};

/** What several requests carry, or are answered with. */
const SHARED_NAMES: NamedSchemas = new Map<z.ZodMiniType, string>([
  [PAYLOADS.ping, "Nothing"],
  [REPLIES.wait, "JobsReply"],
]);

/** Every control message, and the payload and reply of every request. */
export function protocolSchema(): JsonSchema {
  const named = new Map([...TYPE_NAMES, ...SHARED_NAMES]);
  for (const [name, schema] of REQUEST_TYPES) if (!named.has(schema)) named.set(schema, name);
  const refer = (schema: z.ZodMiniType) => ({ $ref: `#/$defs/${named.get(schema)}` });
  const requests = (Object.keys(REQUEST_TRAITS) as RequestName[]).map((name) => [name, {
    description: COMMENTS.get(`REQUEST_TRAITS.${name}`),
    ...REQUEST_TRAITS[name],
    payload: refer(PAYLOADS[name]),
    reply: refer(REPLIES[name]),
  }]);
  return {
    $schema: DIALECT,
    title: "The control messages of imp",
    description:
      "The body of a frame of kind 1 is one of these. `requests` is no keyword of JSON " +
      "Schema: it has the nature, the payload and the reply of each request. src/protocol/PROTOCOL.md " +
      "tells the rest.",
    protocol: PROTOCOL_VERSION,
    anyOf: [...MESSAGE_NAMES.values()].map((name) => ({ $ref: `#/$defs/${name}` })),
    requests: Object.fromEntries(requests),
    $defs: definitionsOf(named),
  };
}

/** A line of `status.sock`, the file `status.json`, what `imp status get --json` prints. */
export function statusSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: "A status snapshot of imp",
    schema_version: SNAPSHOT_SCHEMA_VERSION,
    $ref: "#/$defs/Snapshot",
    $defs: definitionsOf(STATUS_NAMES),
  };
}

function definitionsOf(named: NamedSchemas): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  const names = new Map([
    ...named,
    ...[...named.keys()].flatMap((schema) => [...valuesIn(schema)]),
  ]);
  for (const [schema, id] of names) {
    // What a word of an enumeration means depends on who says it: it stands where it is used.
    if (id !== "EventName") registry.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(registry, {
    io: "input",
    uri: (id) => `#/$defs/${id}`,
    override: ({ zodSchema, jsonSchema }) => describeValue(zodSchema, jsonSchema as JsonSchema),
  });
  const asked = new Set([...names].filter(isAsked).map(([, id]) => id));
  return Object.fromEntries(
    Object.entries(schemas as unknown as Record<string, JsonSchema>)
      .sort(([a], [b]) => a < b ? -1 : 1)
      .map(([id, schema]) => [id, finish(id, schema, asked.has(id))]),
  );
}

/** The single values that a schema is made of, each with its name. */
function* valuesIn(schema: z.ZodMiniType): Generator<[z.ZodMiniType, string]> {
  const meaning = MEANINGS.get(schema as never);
  if (meaning?.name === "boolean") return;
  if (meaning !== undefined) yield [schema, toTypeName(meaning.name)];
  const { innerType, element, shape, keyType, valueType, options, items } = schema
    .def as unknown as Record<string, unknown>;
  const parts = [
    innerType,
    element,
    keyType,
    valueType,
    options,
    items,
    Object.values(shape ?? {}),
  ];
  for (const part of parts.flat()) if (part) yield* valuesIn(part as z.ZodMiniType);
}

/** Adds what a schema of zod asks for beyond its shape. */
function describeValue(schema: unknown, json: JsonSchema): void {
  const meaning = MEANINGS.get(schema as never);
  if (meaning?.name === "boolean") return;
  if (meaning !== undefined) json.description = `Must be ${meaning.must}.`;
  const { checks = [] } = (schema as z.ZodMiniType).def as { checks?: unknown[] };
  const rules = checks.map(ruleOf).filter((rule) => rule !== undefined);
  if (rules.length > 0 && meaning === undefined) json.description = rules.join(" ");
}

/** ``"jobs" must name a job`, of a check that says so. */
function ruleOf(check: unknown): string | undefined {
  const { path, error } =
    (check as { _zod: { def: { path?: string[]; error?: () => string } } })._zod
      .def;
  return path && error && `"${path.join(".")}" ${error()}.`;
}

/** A daemon that is newer may say more words, and a client passes them on; a client must keep to those that are known. */
function finish(id: string, { $schema: _, $id: __, ...schema }: JsonSchema, isAsked: boolean) {
  addComments(schema, COMMENTS, placeOf(id));
  if (!isAsked) openWords(schema);
  return schema;
}

/** True for what a client sends, which the daemon checks. */
function isAsked([schema, id]: [z.ZodMiniType, string]): boolean {
  return MEANINGS.has(schema as never) || id.endsWith("Payload") || id === "JobSpec";
}

function placeOf(id: string): string {
  const code = CODE_NAMES[id] ?? id;
  if (COMMENTS.has(code) || !/(?:Payload|Reply)$/.test(id)) return code;
  const [, words, part] = /^(\w+)(Payload|Reply)$/.exec(id)!;
  const request = words!.replace(/(?<!^)[A-Z]/g, "_$&").toLowerCase();
  return `${part === "Payload" ? "PAYLOADS" : "REPLIES"}.${request}`;
}

function addComments(schema: JsonSchema, comments: Comments, place: string): void {
  const own = comments.get(place);
  if (own !== undefined) schema.description = joinSentences(own, schema.description);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const comment = comments.get(`${place}.${name}`);
    if (comment !== undefined) property.description = comment;
  }
}

function joinSentences(...texts: (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).map((text) => text.replace(/[.]?$/, "."))
    .join(" ");
}

function openWords(schema: JsonSchema): void {
  if (Array.isArray(schema.enum)) {
    schema.examples = schema.enum;
    delete schema.enum;
  }
  for (const value of Object.values(schema)) {
    if (typeof value === "object" && value !== null) openWords(value as JsonSchema);
  }
}
