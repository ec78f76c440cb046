import { assertEquals } from "@std/assert";
import { formatCpu, formatMemory, sparkline } from "./usage_text.ts";

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

Deno.test("formatCpu() and formatMemory() stay short", () => {
  assertEquals([0, 0.04, 0.44, 9.9, 12.4, 1600].map(formatCpu), [
    "0%",
    "0.0%",
    "0.4%",
    "9.9%",
    "12%",
    "1600%",
  ]);
  const kib = 1024;
  assertEquals(
    [0, 900, 10 * kib, 999.6 * kib, 1.5 * kib ** 2, 120 * kib ** 2, 2.25 * kib ** 3].map(
      formatMemory,
    ),
    ["0B", "900B", "10K", "1.0M", "1.5M", "120M", "2.3G"],
  );
});
