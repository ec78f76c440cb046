import { OUTPUT_SCHEMA, outputOf, type OutputSchema, referredBy } from "../frame/output_schema.ts";

/** The JSON Schema of what one command prints with `--json`, with all that it refers to. @throws AppError `usage.no_json` */
export function commandSchema(command: string): object {
  const { list: _, ...output } = outputOf(command);
  const names = new Set<string>();
  collectNames(output, names);
  return {
    $schema: OUTPUT_SCHEMA.$schema,
    title: `What imp ${command} prints with --json`,
    ...output,
    $defs: Object.fromEntries(
      Object.entries(OUTPUT_SCHEMA.$defs).filter(([name]) => names.has(name)),
    ),
  };
}

/** The names of what is referred to, be it by what is referred to. */
function collectNames(part: unknown, names: Set<string>): void {
  if (typeof part !== "object" || part === null) return;
  const name = /^#\/\$defs\/(\w+)/.exec((part as OutputSchema).$ref ?? "")?.[1];
  if (name !== undefined && !names.has(name)) {
    names.add(name);
    collectNames(referredBy(`#/$defs/${name}`), names);
  }
  for (const value of Object.values(part)) collectNames(value, names);
}
