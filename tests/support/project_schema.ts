/** The JSON Schema of project files, made of the schemas that they are checked by. */
import * as z from "zod/mini";
import { FIELDS, SETTING_KEYS, SettingsFile } from "../../src/config/settings.ts";
import type { SettingKind } from "../../src/config/setting_kind.ts";
import { DEFAULT_KEYS, JOB_KEYS, PROJECT_KEYS } from "../../src/project/schema.ts";
import { JobName, VALUE_META } from "../../src/project/values.ts";
import type { JsonSchema } from "./json_schema.ts";

/** The schema of `imp.yaml`. */
export function projectSchema(): JsonSchema {
  const { $schema, ...rest } = toJson(z.strictObject({
    $schema: z.optional(z.string()),
    ...PROJECT_KEYS,
    defaults: z.optional(z.strictObject(DEFAULT_KEYS)),
    jobs: z.optional(z.record(JobName, z.strictObject(JOB_KEYS))),
    daemon: z.optional(SettingsFile),
  }));
  const properties = rest.properties!;
  properties.defaults!.description = "Keys for every job that does not have them itself.";
  properties.jobs!.description = "What the project runs, by name.";
  properties.daemon!.description = "Settings of the project's daemon.";
  describeSettings(properties.daemon!);
  return {
    $schema,
    title: "A project file of imp",
    description: "imp.yaml, imp.toml or imp.json, and what is laid over them (imp.local.yaml).",
    ...rest,
    patternProperties: { "^x-": {} },
  };
}

function toJson(schema: z.ZodMiniType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    // By itself, zod leaves out the default of what it would read into something else.
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, VALUE_META.get(zodSchema as never));
    },
  }) as JsonSchema;
}

function describeSettings({ properties = {} }: JsonSchema): void {
  for (const key of SETTING_KEYS) {
    const { name, expected, show, standard } = FIELDS[key] as SettingKind<unknown> & {
      name: string;
      standard: unknown;
    };
    Object.assign(properties[name]!, {
      description: `Must be ${expected}.`,
      default: show(standard),
    });
  }
}
