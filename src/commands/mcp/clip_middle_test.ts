import { assert, assertEquals, assertMatch } from "@std/assert";
import { clipMiddle } from "./clip_middle.ts";

Deno.test("clipMiddle() keeps beginning and end within the limit, and says what lies between", () => {
  assertEquals(clipMiddle("short\n", 6), "short\n");
  const lines = Array.from({ length: 1_000 }, (_, at) => `line ${at}`).join("\n");
  const clipped = clipMiddle(lines, 500);
  assert(clipped.length <= 500);
  assertMatch(
    clipped,
    /^line 0\nline 1\n[^]*\n… 9\d\d lines, \S+ bytes left out …\n[^]*\nline 999$/,
  );
  const one = clipMiddle("ü".repeat(1_000), 200);
  assert(new TextEncoder().encode(one).length <= 210);
  assert(!one.includes("\ufffd"));
});
