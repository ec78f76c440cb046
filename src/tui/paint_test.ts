import { assertEquals } from "@std/assert";
import { createPaint } from "./paint.ts";
import { RESET } from "../text/clean_text.ts";

const RED = "\x1b[0m\x1b[31m";

Deno.test("createPaint() uses no colour where there are none", () => {
  assertEquals(createPaint(true)("bad", "x"), `${RED}x${RESET}`);
  assertEquals(createPaint(false)("bad", "x"), "x");
  assertEquals(createPaint(false)("selected", "x"), `${RESET}\x1b[1m\x1b[7mx${RESET}`);
});
