import { AppError } from "../../base/app_error.ts";
import file from "../../../docs/output.schema.json" with { type: "json" };

/** A JSON Schema, as far as the schemas of outputs go. */
export interface OutputSchema {
  readonly $ref?: string;
  readonly anyOf?: readonly OutputSchema[];
  readonly items?: OutputSchema;
  readonly properties?: Readonly<Record<string, OutputSchema>>;
  readonly additionalProperties?: boolean | OutputSchema;
}

/** What one command prints with `--json`. */
export interface CommandOutput extends OutputSchema {
  /** The list that `--fields` means, where it does not say which. */
  readonly list?: string;
}

/** The published schema of what all commands print with `--json`: docs/output.schema.json. */
export const OUTPUT_SCHEMA = file as unknown as {
  readonly $schema: string;
  readonly commands: Readonly<Record<string, CommandOutput>>;
  readonly $defs: Readonly<Record<string, OutputSchema>>;
};

/** What a command prints, by its name. @throws AppError `usage.no_json` */
export function outputOf(command: string): CommandOutput {
  const output = OUTPUT_SCHEMA.commands[command];
  if (output !== undefined) return output;
  throw new AppError("usage.no_json", `imp ${command} prints no JSON`);
}

/** The part of the schema that a `$ref` names. */
export function referredBy(reference: string): OutputSchema {
  let found: unknown = OUTPUT_SCHEMA;
  for (const name of reference.split("/").slice(1)) {
    found = (found as Record<string, unknown>)[name];
  }
  return found as OutputSchema;
}
