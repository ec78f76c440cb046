import { assertEquals } from "@std/assert";
import { sparkline } from "./usage_text.ts";

Deno.test("sparkline() shows the last samples, 100 % at the top", () => {
  assertEquals(sparkline([0, 1, 50, 100], 4), "▁▂▅█");
  assertEquals(sparkline([100, 0, 0], 2), "▁▁");
  assertEquals(sparkline([50], 3), "  ▅");
  assertEquals(sparkline([], 3), "   ");
});

Deno.test("sparkline() makes room for more than one processor", () => {
  assertEquals(sparkline([100, 400], 2), "▃█");
  assertEquals(sparkline([-5, NaN], 2).length, 2);
});
