import { assertEquals } from "@std/assert";
import { findNearest } from "./nearest.ts";

const WORDS = ["start", "stop", "status", "list", "logs", "restart"];

Deno.test("findNearest() finds what was mistyped", () => {
  const cases = { lst: "list", sotp: "stop", statsu: "status", retsart: "restart", sta: "start" };
  for (const [typed, meant] of Object.entries(cases)) {
    assertEquals(findNearest(typed, WORDS), meant, typed);
  }
});

Deno.test("findNearest() finds nothing for what is far from all", () => {
  for (const typed of ["", "x", "frobnicate", "qqqq"]) {
    assertEquals(findNearest(typed, WORDS), undefined, typed);
  }
});
