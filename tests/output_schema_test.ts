/** docs/output.schema.json says what each command prints with --json, and every command that prints JSON is in it. */
import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../src/commands/index.ts";
import { assertGolden } from "./support/golden.ts";
import { JSON_CALLS, JSON_ELSEWHERE } from "./support/json_calls.ts";
import { expectJsonOutput, jsonCallOf } from "./support/json_output.ts";
import type { JsonSchema } from "./support/json_schema.ts";
import { outputSchema } from "./support/output_schema.ts";
import { schemaProblems } from "./support/schema_problems.ts";

/** What has no output of its own: a screen, the words for a shell, and what speaks another protocol. */
const NO_JSON = ["tui", "mcp", "__complete"];

const SCHEMA = outputSchema();

Deno.test("docs/output.schema.json is made of the schemas of what commands print", () => {
  const file = new URL("../docs/output.schema.json", import.meta.url);
  assertGolden(file, JSON.stringify(SCHEMA, null, 2));
});

Deno.test("every command that prints JSON has a schema, and a test runs it", () => {
  const printing = COMMANDS.map(({ name }) => name).filter((name) => !NO_JSON.includes(name));
  assertEquals(Object.keys(SCHEMA.commands as object).sort(), printing.toSorted());
  const called = JSON_CALLS.flatMap(({ calls }) => calls.map((args) => jsonCallOf(args)?.name));
  for (const [name, path] of Object.entries(JSON_ELSEWHERE)) {
    const text = Deno.readTextFileSync(new URL(`../${path}`, import.meta.url));
    assert(text.includes(`"${name}", "--json"`), `${path} has no imp ${name} --json`);
    called.push(name);
  }
  assertEquals([...new Set(called)].sort(), printing.toSorted());
});

Deno.test("docs/output.schema.json refers to what is in it, and to nothing else", () => {
  const { $defs, ...rest } = SCHEMA;
  const named = [...JSON.stringify(SCHEMA).matchAll(/"#\/\$defs\/(\w+)/g)].map(([, name]) => name!);
  assertEquals(named.filter((name) => $defs![name] === undefined), []);
  assertEquals(Object.keys($defs!).filter((name) => !named.includes(name)), []);
  assert(Object.keys(rest).includes("error"));
});

Deno.test("every object of docs/output.schema.json is closed, but for names that nobody can foresee", () => {
  const open = ["data", "counts", "exit_codes", "fields", "JsonSchema"];
  for (const [name, schema] of objectsIn(SCHEMA.$defs!)) {
    assertEquals(schema.additionalProperties === false, !open.includes(name), name);
  }
});

Deno.test("every line of a command that goes on says its type", () => {
  const streams = ["run", "attach", "logs", "stdout", "stderr", "events", "exec", "daemon logs"];
  const { commands, $defs } = SCHEMA as { commands: Record<string, JsonSchema> } & JsonSchema;
  for (const { $ref } of streams.flatMap((name) => commands[name]!.anyOf as JsonSchema[])) {
    const line = $defs![($ref as string).slice("#/$defs/".length)]!;
    assert(typeof line.properties!.type!.const === "string", $ref as string);
    assert(line.required!.includes("type"));
  }
});

Deno.test("a number has its unit in its name, and one name is of one kind of value", () => {
  const types = new Map<string, Set<string>>();
  for (const [, { properties = {} }] of objectsIn(SCHEMA.$defs!)) {
    for (const [name, property] of Object.entries(properties)) {
      if (/_(ms|s|bytes|count|percent)$/.test(name)) assertEquals(kindOf(property), "number", name);
      if (!/_at$|^(job_id|run_id|daemon_id|stream|signal)$/.test(name)) continue;
      types.set(name, (types.get(name) ?? new Set()).add(kindOf(property)));
    }
  }
  assert(types.size > 5);
  for (const [name, kinds] of types) assertEquals([...kinds], ["string"], name);
});

Deno.test("expectJsonOutput() fails for a field too many, one that is missing, and half a value", () => {
  const command = ["/x/imp", "--json", "ping"];
  const ping = { version: "1", build: "b", pid: 1, daemon_id: "d", round_trip_ms: 0.5 };
  const expect = (stdout: string, words = command) =>
    expectJsonOutput(words, { stdout, stderr: "" });
  expect(`${JSON.stringify(ping)}\n`);
  expect("no JSON\n", ["imp", "ping"]);
  expect("no JSON\n", ["imp", "run", "--", "x", "--json"]);
  expect('{"pid":1}\n', ["imp", "ping", "--fields=pid"]);
  const wrong = [
    JSON.stringify({ ...ping, more: 1 }),
    '{"pid":1}',
    JSON.stringify({ ...ping, pid: "1" }),
    "pong",
  ];
  for (const text of wrong) {
    let said = "";
    try {
      expect(`${text}\n`);
    } catch (error) {
      said = (error as Error).message;
    }
    assert(said.startsWith("imp --json ping prints what its schema does not say"), text);
  }
});

Deno.test("schemaProblems() names what is wrong, and of several forms the nearest", () => {
  const root: JsonSchema = {
    $defs: {
      A: {
        type: "object",
        properties: { type: { const: "a" }, list: { type: "array", items: { enum: [1, 2] } } },
        required: ["type", "list"],
        additionalProperties: false,
      },
      B: { type: "object", properties: { type: { const: "b" } }, required: ["type"] },
    },
  };
  const schema: JsonSchema = { anyOf: [{ $ref: "#/$defs/A" }, { $ref: "#/$defs/B" }] };
  const look = (value: unknown) => schemaProblems(value, schema, { root });
  assertEquals(look({ type: "a", list: [1] }), []);
  assertEquals(look({ type: "a", list: [3] }), ["$.list[0] is none of [1,2]: 3"]);
  assertEquals(look({ type: "c" }), ['$.type is not "b"']);
  assertEquals(look(null), ["$ is no object: null"]);
});

function* objectsIn(part: object, name = ""): Generator<[string, JsonSchema]> {
  if ((part as JsonSchema).type === "object") yield [name, part as JsonSchema];
  for (const [key, value] of Object.entries(part)) {
    const isName = !/^(items|anyOf|properties|additionalProperties|\d+)$/.test(key);
    if (typeof value === "object" && value !== null) yield* objectsIn(value, isName ? key : name);
  }
}

/** Null and where it is said aside. */
function kindOf({ $ref, anyOf, ...schema }: JsonSchema): string {
  if (typeof $ref === "string") {
    const within = $ref.split("/").slice(1).reduce<unknown>(
      (found, name) => (found as Record<string, unknown>)[name],
      SCHEMA,
    );
    return kindOf(within as JsonSchema);
  }
  const forms = (anyOf as JsonSchema[] | undefined)?.filter(({ type }) => type !== "null");
  if (forms !== undefined) return [...new Set(forms.map(kindOf))].join(" ");
  const types = [schema.type ?? "string"].flat().filter((type) => type !== "null");
  return types.length === 0 ? "string" : types.join(" ");
}
