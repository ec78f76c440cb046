import { assertEquals } from "@std/assert";
import { describeTextChanges } from "./text_changes.ts";

const TEN = Array.from({ length: 10 }, (_, index) => `${index}\n`).join("");

Deno.test("describeTextChanges() shows what is different, with some lines around", () => {
  assertEquals(describeTextChanges(TEN, TEN), []);
  assertEquals(describeTextChanges("", "a\nb\n"), ["@@ -0,0 +1,2 @@", "+a", "+b"]);
  assertEquals(describeTextChanges(TEN, TEN.replace("5\n", "five\nV\n")), [
    ...["@@ -3,7 +3,8 @@", " 2", " 3", " 4", "-5", "+five", "+V", " 6", " 7", " 8"],
  ]);
  assertEquals(describeTextChanges("a\r\n", "a\r\nb\r\n"), ["@@ -1,1 +1,2 @@", " a", "+b"]);
});
