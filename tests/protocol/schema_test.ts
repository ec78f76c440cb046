/** docs/*.schema.json say what the schemas of the code say, and break with nothing that was released. */
import { assert, assertEquals } from "@std/assert";
import { PROTOCOL_VERSION } from "../../src/base/version.ts";
import { SNAPSHOT_SCHEMA_VERSION } from "../../src/protocol/read_snapshot.ts";
import { assertGolden } from "../support/golden.ts";
import { type JsonSchema, protocolSchema, statusSchema } from "../support/json_schema.ts";
import { breaksBetween } from "../support/schema_changes.ts";

const SCHEMAS = [
  {
    file: "protocol.schema.json",
    schema: protocolSchema(),
    released: `protocol_${PROTOCOL_VERSION}.schema.json`,
    raise: "PROTOCOL_VERSION",
  },
  {
    file: "status.schema.json",
    schema: statusSchema(),
    released: `status_${SNAPSHOT_SCHEMA_VERSION}.schema.json`,
    raise: "SNAPSHOT_SCHEMA_VERSION",
  },
];

for (const { file, schema, released, raise } of SCHEMAS) {
  const text = JSON.stringify(schema, null, 2);

  Deno.test(`docs/${file} is made of the schemas of the code`, () => {
    assertGolden(new URL(`../../docs/${file}`, import.meta.url), text);
  });

  Deno.test(`docs/${file} refers to what is in it, and to nothing else`, () => {
    const named = [...text.matchAll(/"\$ref": "#\/\$defs\/(\w+)"/g)].map((match) => match[1]!);
    assertEquals(named.filter((name) => schema.$defs![name] === undefined), []);
    assertEquals(Object.keys(schema.$defs!).filter((name) => !named.includes(name)), []);
  });

  Deno.test(`docs/${file} breaks with nothing that ${released} says, unless ${raise} rises`, () => {
    const golden = new URL(`golden/${released}`, import.meta.url);
    const before = JSON.parse(Deno.readTextFileSync(golden)) as JsonSchema;
    const breaks = Object.entries(before.$defs!).flatMap(([name, definition]) =>
      breaksBetween(definition, schema.$defs![name], speakerOf(name, schema), name)
    );
    assertEquals(breaks, []);
  });
}

Deno.test("every field of the status says what it is, where its name does not", () => {
  const plain = ["name", "description", "workdir", "pid", "type", "daemon", "jobs", "stderr_path"];
  for (const [type, { properties = {} }] of Object.entries(statusSchema().$defs!)) {
    for (const [name, { description }] of Object.entries(properties)) {
      const isPlain = plain.includes(name) ||
        /^(uptime_s|state_dir|requests|connections)$|_at$/.test(name);
      assert(isPlain || description !== undefined || type === "Exec", `${type}.${name}`);
    }
  }
});

/** What only requests lead to is a client's; what both say must hold for a client. */
function speakerOf(name: string, schema: JsonSchema) {
  const reached = new Set<string>();
  const follow = (part: unknown) => {
    for (const [, next] of JSON.stringify(part).matchAll(/"#\/\$defs\/(\w+)"/g)) {
      if (reached.has(next!)) continue;
      reached.add(next!);
      follow(schema.$defs![next!]);
    }
  };
  const requests = (schema.requests ?? {}) as Record<string, { payload: unknown }>;
  for (const { payload } of Object.values(requests)) follow(payload);
  return reached.has(name) ? "client" as const : "daemon" as const;
}
