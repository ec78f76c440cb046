import { assertEquals } from "@std/assert";
import { findNearest } from "./nearest.ts";

const WORDS = ["start", "stop", "status", "list", "logs", "restart"];

Deno.test("findNearest() finds what was mistyped", () => {
  const cases = { lst: "list", sotp: "stop", statsu: "status", retsart: "restart", sta: "start" };
  for (const [typed, meant] of Object.entries(cases)) {
    assertEquals(findNearest(typed, WORDS, { mayBeShortened: true }), meant, typed);
  }
});

Deno.test("findNearest() finds nothing for what is far from all", () => {
  for (const typed of ["", "x", "frobnicate", "qqqq"]) {
    assertEquals(findNearest(typed, WORDS, { mayBeShortened: true }), undefined, typed);
  }
});

Deno.test("findNearest() takes the beginning of a word for one only where that may be", () => {
  assertEquals(findNearest("res", WORDS), undefined);
  assertEquals(findNearest("res", WORDS, { mayBeShortened: true }), "restart");
  assertEquals(findNearest("s".repeat(61), ["s".repeat(60)]), undefined);
});
