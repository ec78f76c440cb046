/** docs/imp.schema.json says what project files are checked by, and tells of every key what it is. */
import { assert, assertEquals } from "@std/assert";
import { assertGolden } from "./support/golden.ts";
import type { JsonSchema } from "./support/json_schema.ts";
import { readPage } from "./support/page.ts";
import { projectSchema } from "./support/project_schema.ts";

Deno.test("docs/imp.schema.json is made of the schemas of the code", () => {
  const file = new URL("../docs/imp.schema.json", import.meta.url);
  assertGolden(file, JSON.stringify(projectSchema(), null, 2));
});

Deno.test("every key of a project file has a description, and nothing else may stand there", () => {
  const tables = [...tablesIn(projectSchema())];
  assert(tables.length > 8);
  for (const { properties = {}, additionalProperties } of tables) {
    assertEquals(additionalProperties, false);
    for (const [name, { description }] of Object.entries(properties)) {
      const isPlain = /^(\$schema|path|paths|prefer)$/.test(name);
      assert(isPlain || description?.endsWith("."), `${name}: ${description}`);
    }
  }
});

Deno.test("docs/project.md has every key in a table, with its standard and what the schema says of it", () => {
  const page = readPage("docs/project.md");
  const { defaults: _, jobs, daemon: __, $schema: ___, ...top } = projectSchema().properties!;
  const job = tableIn(jobs!.additionalProperties as JsonSchema);
  const { paths: ____, ...watch } = tableIn(job.watch!);
  const tables: Record<string, Record<string, JsonSchema>> = {
    project: top,
    job,
    ready: tableIn(job.ready!),
    health: tableIn(job.health!),
    stop: tableIn(job.stop!),
    watch,
    schedule: tableIn(job.schedule!),
  };
  for (const [name, keys] of Object.entries(tables)) {
    const hasStandards = !/^(project|schedule)$/.test(name);
    const expected = Object.entries(keys).map(([key, { description, default: standard }]) => [
      `\`${key}\``,
      ...hasStandards ? [showStandard(standard)] : [],
      description,
    ]);
    assertEquals(page.table(`${name} key`), expected as string[][]);
  }
});

Deno.test("the project file of docs/project.md is right", async () => {
  const [block] = readPage("docs/project.md").blocks("yaml");
  const { planOf } = await import("../src/project/testdata/project_box.ts");
  const { jobs } = await planOf({ "imp.yaml": block!.lines.join("\n") });
  assertEquals(jobs.map(({ name }) => name), ["db", "migrate", "api"]);
});

Deno.test("the whole project of docs/project.md is right, and comes up in the order that is shown", async () => {
  const [, block] = readPage("docs/project.md").blocks("yaml");
  const { planOf } = await import("../src/project/testdata/project_box.ts");
  const { levels } = await planOf({ "imp.yaml": block!.lines.join("\n"), "web/x": "" });
  assertEquals(levels, [
    ...[["cluster", "packages"], ["db"], ["migrate"], ["api", "worker"], ["web"]],
  ]);
});

function showStandard(value: unknown): string {
  if (value === undefined) return "";
  return `\`${Array.isArray(value) ? `[${value.join(", ")}]` : value}\``;
}

/** The keys of a table, which may be one of several forms. */
function tableIn(schema: JsonSchema): Record<string, JsonSchema> {
  if (schema.properties) return schema.properties;
  return (schema.anyOf as JsonSchema[]).map((form) => form.properties).find((keys) => keys)!;
}

/** Every table with fixed keys. */
function* tablesIn(schema: unknown): Generator<JsonSchema> {
  if (typeof schema !== "object" || schema === null) return;
  if ((schema as JsonSchema).properties) yield schema as JsonSchema;
  for (const part of Object.values(schema)) yield* tablesIn(part);
}
