/**
 * What commands print with `--json`: one schema a thing, strict when it is made JSON Schema. They are for tests and for
 * docs/output.schema.json, which is made of them; imp itself has that file and loads no schema.
 */
import type * as z from "zod/mini";

/** What one command prints: one of these objects, or in lines of any of them. */
export interface Output {
  /** The list that `--fields` means, where it does not say which. */
  readonly list?: string;
  readonly shapes: readonly z.ZodMiniType[];
}

/** Schemas of objects, by what they are called on the page. */
export type Shapes = Readonly<Record<string, z.ZodMiniType>>;
