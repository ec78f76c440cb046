/** What is different between two JSON Schemas for somebody who was written from the first. */
import type { JsonSchema } from "./json_schema.ts";

/** Who says what the schema describes: a client must still be understood, a daemon must still be believed. */
export type Speaker = "client" | "daemon";

/** The ways in which `after` breaks with `before`, a line each; more fields and words of a daemon do not. */
export function breaksBetween(
  before: JsonSchema,
  after: JsonSchema | undefined,
  speaker: Speaker,
  place: string,
): string[] {
  if (after === undefined) return [`${place} is gone`];
  return [
    ...typeBreaks(before, after, speaker, place),
    ...wordBreaks(before, after, speaker, place),
    ...requiredBreaks(before, after, speaker, place),
    ...partsOf(before).flatMap(([keys, part]) =>
      breaksBetween(part, at(after, keys), speaker, `${place}.${keys.at(-1)}`)
    ),
  ];
}

function typeBreaks(before: JsonSchema, after: JsonSchema, speaker: Speaker, place: string) {
  const [old, now] = [before, after].map(kindsOf);
  const [wide, narrow] = speaker === "daemon" ? [old!, now!] : [now!, old!];
  const isWithin = narrow.every((kind) => wide.includes(kind));
  return isWithin ? [] : [`${place} was ${old!.join(" or ")} and is ${now!.join(" or ")}`];
}

/** `integer` is a number; a reference is what it leads to, which is compared on its own. */
function kindsOf({ type, $ref }: JsonSchema): string[] {
  const kinds = type ?? ($ref === undefined ? "anything" : String($ref));
  return [kinds].flat().map((kind) => kind === "integer" ? "number" : kind);
}

function wordBreaks({ enum: old }: JsonSchema, after: JsonSchema, speaker: Speaker, place: string) {
  if (old === undefined || speaker === "daemon") return [];
  const gone = old.filter((word) => after.enum !== undefined && !after.enum.includes(word));
  return gone.map((word) => `${place} is not ${JSON.stringify(word)} any more`);
}

function requiredBreaks(before: JsonSchema, after: JsonSchema, speaker: Speaker, place: string) {
  const [old, now] = [before.required ?? [], after.required ?? []];
  return speaker === "daemon"
    ? old.filter((name) => !now.includes(name)).map((name) => `${place}.${name} may be missing`)
    : now.filter((name) => !old.includes(name)).map((name) => `${place}.${name} must be there`);
}

/** The schemas within a schema, and the keys that lead to each. */
function partsOf(schema: JsonSchema): [keys: string[], part: JsonSchema][] {
  const { items, additionalProperties, properties = {} } = schema;
  const parts: [string[], unknown][] = [
    [["items"], items],
    [["additionalProperties"], additionalProperties],
    ...Object.keys(properties).map((name): [string[], unknown] => [
      ["properties", name],
      properties[name],
    ]),
  ];
  return parts.filter((entry): entry is [string[], JsonSchema] => typeof entry[1] === "object");
}

function at(schema: JsonSchema, keys: readonly string[]): JsonSchema | undefined {
  return keys.reduce<unknown>((part, key) => (part as JsonSchema | undefined)?.[key], schema) as
    | JsonSchema
    | undefined;
}
