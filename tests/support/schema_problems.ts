/** Whether a value is what a JSON Schema says, for the words of JSON Schema that ours use. */
import type { JsonSchema } from "./json_schema.ts";

/** Options of {@linkcode schemaProblems}. */
export interface SchemaProblemsOptions {
  /** What `$ref` refers into. */
  readonly root: JsonSchema;
  /** Whether fields may be missing, as after `--fields`. */
  readonly isPartial?: boolean;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const SILENT = ["$schema", "title", "description", "examples", "list"];
const CHECKS: Readonly<Record<string, Check>> = {
  $ref: (value, reference, at, options) =>
    problems(value, findReference(options.root, reference as string), at, options),
  type: (value, type, at) =>
    [type].flat().some((each) => TYPES[each as string]!(value))
      ? []
      : [`${at} is no ${type}: ${show(value)}`],
  minimum: (value, least, at) =>
    (value as number) >= (least as number) ? [] : [`${at} is less than ${least}: ${show(value)}`],
  maximum: (value, most, at) =>
    (value as number) <= (most as number) ? [] : [`${at} is more than ${most}: ${show(value)}`],
  const: (value, wanted, at) => value === wanted ? [] : [`${at} is not ${show(wanted)}`],
  enum: (value, words, at) =>
    (words as unknown[]).includes(value) ? [] : [`${at} is none of ${show(words)}: ${show(value)}`],
  anyOf: checkAnyOf,
  properties: (value, properties, at, options) =>
    isObject(value)
      ? Object.entries(properties as Record<string, JsonSchema>).flatMap(([name, schema]) =>
        value[name] === undefined ? [] : problems(value[name], schema, `${at}.${name}`, options)
      )
      : [],
  required: (value, names, at, { isPartial }) =>
    isObject(value) && !isPartial
      ? (names as string[]).filter((name) => value[name] === undefined)
        .map((name) => `${at}.${name} is missing`)
      : [],
  format: (value, format, at) =>
    format !== "date-time" || typeof value !== "string" || TIME.test(value)
      ? []
      : [`${at} is no time in UTC with milliseconds: ${show(value)}`],
  // Names are texts; ours say no more of them.
  propertyNames: () => [],
  items: (value, schema, at, options) =>
    Array.isArray(value)
      ? value.flatMap((item, index) =>
        problems(item, schema as JsonSchema, `${at}[${index}]`, options)
      )
      : [],
};

type Check = (
  value: unknown,
  wanted: unknown,
  at: string,
  options: SchemaProblemsOptions,
) => string[];

/** What is wrong with a value, a line each. @throws Error when the schema has a word that is not known here */
export function schemaProblems(
  value: unknown,
  schema: JsonSchema,
  options: SchemaProblemsOptions,
): string[] {
  return problems(value, schema, "$", options);
}

function problems(
  value: unknown,
  schema: JsonSchema,
  at: string,
  options: SchemaProblemsOptions,
): string[] {
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    if (keyword === "additionalProperties") return checkOthers(value, schema, at, options);
    if (SILENT.includes(keyword)) return [];
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`No check for "${keyword}" of a schema`);
    return check(value, wanted, at, options);
  });
}

/** Those of the form that it comes nearest to. */
function checkAnyOf(
  value: unknown,
  forms: unknown,
  at: string,
  options: SchemaProblemsOptions,
): string[] {
  let nearest: string[] | undefined;
  for (const form of forms as JsonSchema[]) {
    const found = problems(value, form, at, options);
    if (found.length === 0) return [];
    if (nearest === undefined || found.length < nearest.length) nearest = found;
  }
  return nearest!;
}

function checkOthers(
  value: unknown,
  { properties = {}, additionalProperties }: JsonSchema,
  at: string,
  options: SchemaProblemsOptions,
): string[] {
  if (!isObject(value)) return [];
  const others = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
  if (additionalProperties === false) return others.map((name) => `${at}.${name} is not known`);
  const schema = additionalProperties as JsonSchema;
  return others.flatMap((name) => problems(value[name], schema, `${at}.${name}`, options));
}

function findReference(root: JsonSchema, reference: string): JsonSchema {
  let found: unknown = root;
  for (const name of reference.split("/").slice(1)) {
    found = (found as Record<string, unknown>)[name];
  }
  if (found === undefined) throw new Error(`Nothing is at ${reference}`);
  return found as JsonSchema;
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: (value) => value === null,
  array: Array.isArray,
  object: isObject,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 200);
}
