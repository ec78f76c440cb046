import { assertEquals } from "@std/assert";
import type { JsonSchema } from "./json_schema.ts";
import { breaksBetween, type Speaker } from "./schema_changes.ts";

const BEFORE: JsonSchema = {
  type: "object",
  properties: {
    word: { type: "string", enum: ["a", "b"] },
    pid: { type: ["number", "null"] },
    list: { type: "array", items: { type: "string" } },
  },
  required: ["word"],
};

function changed(changes: Record<string, JsonSchema>, required = ["word"]): JsonSchema {
  return { ...BEFORE, properties: { ...BEFORE.properties, ...changes }, required };
}

function breaks(after: JsonSchema, speaker: Speaker): string[] {
  return breaksBetween(BEFORE, after, speaker, "it");
}

Deno.test("breaksBetween() takes more fields and words of a daemon for no break", () => {
  const more = changed({ more: { type: "string" }, word: { type: "string" } }, ["word", "more"]);
  assertEquals(breaks(more, "daemon"), []);
});

Deno.test("breaksBetween() tells what a daemon does not say any more", () => {
  assertEquals(breaks({ ...BEFORE, properties: {} }, "daemon"), [
    "it.word is gone",
    "it.pid is gone",
    "it.list is gone",
  ]);
  assertEquals(breaks(changed({}, []), "daemon"), ["it.word may be missing"]);
});

Deno.test("breaksBetween() tells what a daemon says in another way", () => {
  const other = changed({
    word: { type: ["string", "null"] },
    pid: { type: "integer" },
    list: { type: "array", items: { type: "number" } },
  });
  assertEquals(breaks(other, "daemon"), [
    "it.word was string and is string or null",
    "it.list.items was string and is number",
  ]);
});

Deno.test("breaksBetween() tells what a client may not say any more, or must", () => {
  const other = changed({
    word: { type: "string", enum: ["a"] },
    pid: { type: "number" },
    more: { type: "string" },
  }, ["word", "more"]);
  assertEquals(breaks(other, "client"), [
    "it.more must be there",
    'it.word is not "b" any more',
    "it.pid was number or null and is number",
  ]);
});
