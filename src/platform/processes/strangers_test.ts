import { assertEquals } from "@std/assert";
import { Strangers } from "./strangers.ts";

Deno.test("Strangers are those who belong to none of the trees, until the trees are others", () => {
  const strangers = new Strangers();
  assertEquals(strangers.before([[7]]).size, 0);
  strangers.after([1, 2, 7, 8], new Set([7, 8]));
  assertEquals([...strangers.before([[7]])], [1, 2]);
  strangers.after([7, 9], new Set([7]));
  assertEquals([...strangers.before([[7]])], [1, 2, 9]);
  assertEquals(strangers.before([[7], [2]]).size, 0);
});

Deno.test("Strangers are looked at again now and then: a pid may have become another's", () => {
  const strangers = new Strangers();
  strangers.before([[7]]);
  strangers.after([1, 7], new Set([7]));
  const known = Array.from({ length: 12 }, () => strangers.before([[7]]).size);
  assertEquals(known, [...Array(10).fill(1), 0, 0]);
});
