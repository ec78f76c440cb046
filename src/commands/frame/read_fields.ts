import { AppError } from "../../base/app_error.ts";
import { findNearest } from "../../base/nearest.ts";
import type { FieldPick } from "./command.ts";
import { outputOf, type OutputSchema, referredBy } from "./output_schema.ts";

/** Which fields of an object are wanted, or all of it. */
interface FieldTree {
  isWhole: boolean;
  readonly fields: Map<string, FieldTree>;
}

/**
 * What `--fields` leaves of what a command prints: `a,b.c` from the top of the object, and where that has no such field,
 * of each item of its list. Of lines the type always stays.
 * @throws AppError `usage.unknown_field`, `usage.no_json`, `usage.missing_value`
 */
export function readFields(command: string, texts: readonly string[]): FieldPick {
  const output = outputOf(command);
  const tops = objectsIn(output);
  const items = output.list === undefined ? [] : below(tops, output.list);
  const tree = emptyTree();
  const paths = texts.join(",").split(",").map((path) => path.trim()).filter((path) => path !== "");
  if (paths.length === 0) {
    throw new AppError("usage.missing_value", "--fields needs the names of fields", {
      hint: "Write them with commas between them: --fields id,status",
    });
  }
  for (const path of paths) {
    const names = path.split(".");
    const isOfItem = below(tops, names[0]!).length === 0 && below(items, names[0]!).length > 0;
    expectKnown(isOfItem ? items : tops, { names, command, beside: items });
    let place = tree;
    for (const name of isOfItem ? [output.list!, ...names] : names) {
      const next = place.fields.get(name) ?? emptyTree();
      place.fields.set(name, next);
      place = next;
    }
    place.isWhole = true;
  }
  return (value) => pick(value, tree, { keepsType: true });
}

function emptyTree(): FieldTree {
  return { isWhole: false, fields: new Map() };
}

function expectKnown(
  from: readonly OutputSchema[],
  { names, command, beside }: {
    names: readonly string[];
    command: string;
    beside: readonly OutputSchema[];
  },
): void {
  let place = from;
  for (const [index, name] of names.entries()) {
    const next = below(place, name);
    if (next.length > 0) {
      place = next;
      continue;
    }
    const known = namesIn(index === 0 ? [...beside, ...place] : place);
    const before = names.slice(0, index).map((each) => `${each}.`).join("");
    const nearest = findNearest(name, known, { mayBeShortened: true });
    throw new AppError("usage.unknown_field", `imp ${command} has no field "${names.join(".")}"`, {
      hint: nearest !== undefined
        ? `Did you mean ${before}${nearest}?`
        : known.length > 0
        ? `One of: ${known.map((each) => `${before}${each}`).join(", ")}`
        : `There is nothing within ${before.slice(0, -1)}`,
    });
  }
}

/** What is at a name: no schema where there is no such field, any where there may be. */
function below(places: readonly OutputSchema[], name: string): OutputSchema[] {
  return places.flatMap(({ properties = {}, additionalProperties }) => {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (own !== undefined) return objectsIn(own);
    return typeof additionalProperties === "object" ? objectsIn(additionalProperties) : [];
  });
}

/** All that a value may be, as what has fields itself; of a list its items. */
function objectsIn(schema: OutputSchema): OutputSchema[] {
  if (schema.$ref !== undefined) return objectsIn(referredBy(schema.$ref));
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(objectsIn);
  return schema.items === undefined ? [schema] : objectsIn(schema.items);
}

function namesIn(places: readonly OutputSchema[]): string[] {
  return [...new Set(places.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

function pick(
  value: unknown,
  tree: FieldTree,
  { keepsType = false }: { readonly keepsType?: boolean } = {},
): unknown {
  if (tree.isWhole || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, tree));
  const object = value as Record<string, unknown>;
  const named = keepsType && "type" in object ? [["type", object.type] as const] : [];
  const picked = [...tree.fields].filter(([name]) => name in object)
    .map(([name, within]) => [name, pick(object[name], within)] as const);
  return Object.fromEntries([...named, ...picked]);
}
