/** The schemas of the protocol as text for PROTOCOL.md, in the notation of TypeScript. */
import type * as z from "zod/mini";
import { MEANINGS } from "../../src/protocol/meaning.ts";
import { type NamedSchemas, toTypeName } from "./protocol_names.ts";

const LINE = 98;

/** A schema, as far as its text needs it. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodMiniType;
  readonly element?: z.ZodMiniType;
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>;
  readonly valueType?: z.ZodMiniType;
  readonly options?: readonly z.ZodMiniType[];
  readonly items?: readonly z.ZodMiniType[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
}

/** Declares the named types, then `others`, then the values they are made of, each with what it must be. */
export function declareTypes(
  named: NamedSchemas,
  others: readonly (readonly [name: string, schema: z.ZodMiniType])[],
): string {
  const values = new Map<string, z.ZodMiniType>();
  const refer = (schema: z.ZodMiniType): string | undefined => {
    const meaning = MEANINGS.get(schema as never);
    if (meaning === undefined) return named.get(schema);
    // What is nothing but a type of the notation needs no name.
    if (meaning.name === "boolean") return "boolean";
    const name = toTypeName(meaning.name);
    values.set(name, schema);
    return name;
  };
  const declared = [...named].map(([schema, name]) =>
    `type ${name} = ${write(schema, refer, "", true)};`
  );
  for (const [name, schema] of others) {
    declared.push(`type ${name} = ${write(schema, refer, "")};`);
  }
  const described = new Map<string, string>();
  // Describing one may bring another up.
  for (let count = -1; count !== described.size;) {
    count = described.size;
    for (const [name, schema] of [...values]) described.set(name, describe(name, schema, refer));
  }
  const sorted = [...described].sort(([a], [b]) => a < b ? -1 : 1).map(([, text]) => text);
  return [...declared, ...sorted].join("\n\n");
}

function describe(name: string, schema: z.ZodMiniType, refer: Refer): string {
  const { must } = MEANINGS.get(schema as never)!;
  return `${wrap(must)}\ntype ${name} = ${write(schema, refer, "", true)};`;
}

type Refer = (schema: z.ZodMiniType) => string | undefined;

function write(schema: z.ZodMiniType, refer: Refer, indent: string, isDeclared = false): string {
  const known = isDeclared ? undefined : refer(schema);
  if (known !== undefined) return known;
  const def = schema.def as unknown as Definition;
  const inner = (each: z.ZodMiniType) => write(each, refer, indent);
  switch (def.type) {
    case "optional":
      return inner(def.innerType!);
    case "nullable":
      return `${inner(def.innerType!)} | null`;
    case "array": {
      const element = inner(def.element!);
      return /[ |]/.test(element) ? `(${element})[]` : `${element}[]`;
    }
    case "object":
      return writeObject(def.shape!, refer, indent);
    case "record":
      return `{ [name: string]: ${inner(def.valueType!)} }`;
    case "union":
      return def.options!.map(inner).join(" | ");
    case "tuple":
      return `[${def.items!.map(inner).join(", ")}]`;
    case "enum":
      return Object.values(def.entries!).map((word) => JSON.stringify(word)).join(" | ");
    case "literal":
      return def.values!.map((value) => JSON.stringify(value)).join(" | ");
    default:
      return def.type === "int" ? "number" : def.type;
  }
}

function writeObject(
  shape: Readonly<Record<string, z.ZodMiniType>>,
  refer: Refer,
  indent: string,
): string {
  const fields = Object.entries(shape).map(([name, schema]) => {
    const mark = (schema.def as unknown as Definition).type === "optional" ? "?" : "";
    return `${name}${mark}: ${write(schema, refer, `${indent}  `)}`;
  });
  if (fields.length === 0) return "{}";
  const flat = `{ ${fields.join("; ")} }`;
  if (flat.length < 60 && !flat.includes("\n")) return flat;
  return `{\n${fields.map((field) => `${indent}  ${field};`).join("\n")}\n${indent}}`;
}

function wrap(text: string): string {
  const lines = [""];
  for (const word of `must be ${text}`.split(" ")) {
    if (`${lines.at(-1)} ${word}`.length > LINE - 3) lines.push("");
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines.map((line) => `//${line}`).join("\n");
}
