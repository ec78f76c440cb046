import { assert, assertEquals } from "@std/assert";
import { encode as encodeCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { encode as encodeO200k } from "gpt-tokenizer/encoding/o200k_base";
import * as z from "zod/mini";
import { assertGolden } from "../../tests/support/golden.ts";
import { toolDefinitions } from "./definitions.ts";
import { TOOL_ARGUMENTS, TOOL_TEXTS } from "./tools.ts";

/** All that a model is told of the tools, before it has done anything. */
const MOST_TOKENS = 1_500;

Deno.test("input_schemas.json says of each tool what its arguments are checked by", () => {
  const schemas = Object.entries(TOOL_ARGUMENTS).map(([name, schema]) => {
    const { $schema: _, ...inputSchema } = z.toJSONSchema(schema, { io: "input" });
    return [name, inputSchema];
  });
  const text = `${JSON.stringify(Object.fromEntries(schemas), null, 2)}\n`;
  assertGolden(new URL("input_schemas.json", import.meta.url), text);
});

Deno.test("the definitions of all tools take 1,500 tokens at most, by two tokenizers", () => {
  const text = JSON.stringify(toolDefinitions());
  for (const encode of [encodeO200k, encodeCl100k]) {
    const tokens = encode(text).length;
    assert(tokens <= MOST_TOKENS, `${tokens} tokens`);
  }
});

Deno.test("there are seven tools, and only those that change nothing say that they read", () => {
  const reading = Object.entries(TOOL_TEXTS).filter(([, { annotations }]) =>
    annotations?.readOnlyHint
  );
  assertEquals(Object.keys(TOOL_TEXTS).length, 7);
  assertEquals(reading.map(([name]) => name), ["imp_status", "imp_logs", "imp_wait"]);
  assertEquals(TOOL_TEXTS.imp_stop.annotations, { destructiveHint: true, idempotentHint: true });
});

Deno.test("every tool takes cwd, and nothing that it does not know", () => {
  for (const schema of Object.values(TOOL_ARGUMENTS)) {
    assert("cwd" in schema.def.shape);
    const { error } = (schema as z.ZodMiniType).safeParse({ nonsense: true });
    assert(error?.issues.some(({ code }) => code === "unrecognized_keys"));
  }
});
