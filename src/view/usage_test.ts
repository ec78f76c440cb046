import { assertEquals } from "@std/assert";
import { formatCpu, formatMemory } from "./usage.ts";

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
