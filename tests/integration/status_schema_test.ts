/** What the daemon tells of its status is what docs/status.schema.json says, no field more. */
import { assert, assertEquals } from "@std/assert";
import { type JsonSchema, statusSchema } from "../support/json_schema.ts";
import { startDaemon } from "../support/test_daemon.ts";

const { $defs: TYPES = {} } = statusSchema();

/** The fields of `value` and of what is in it that the type does not have, or has and they are not there. */
function strangers(value: Record<string, unknown>, type: string): string[] {
  const { properties = {}, required = [] } = TYPES[type]!;
  const missing = required.filter((name) => !(name in value));
  const unknown = Object.keys(value).filter((name) => !(name in properties));
  const inner = Object.entries(properties).flatMap(([name, property]) => {
    const parts = [value[name]].flat() as Record<string, unknown>[];
    const within = /\w+$/.exec(referenceOf(property) ?? "")?.[0];
    return within === undefined || TYPES[within]!.type !== "object" || value[name] === undefined
      ? []
      : parts.flatMap((part) => strangers(part, within));
  });
  return [...[...missing, ...unknown].map((name) => `${type}.${name}`), ...inner];
}

function referenceOf({ $ref, items }: JsonSchema): string | undefined {
  return ($ref ?? (items as JsonSchema | undefined)?.$ref) as string | undefined;
}

Deno.test("docs/status.schema.json has every field of a status, from each of its doors", async () => {
  await using daemon = await startDaemon();
  await daemon.impOk("run", "--", "sh", "-c", "exit 3").catch(() => {});
  await daemon.impOk("add", "--name", "web", "--", "sleep", "1000");
  const asked = JSON.parse(await daemon.impOk("status", "get", "--json"));
  assertEquals(asked.jobs.length, 2);
  assertEquals(strangers(asked, "Snapshot"), []);
  await daemon.end("SIGTERM");
  const file = JSON.parse(Deno.readTextFileSync(daemon.paths.statusJson));
  assert(file.source === "file" || file.source === "ipc");
  assertEquals(strangers(file, "Snapshot"), []);
  await daemon.start();
});
