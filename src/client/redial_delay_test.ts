import { assertEquals } from "@std/assert";
import { redialDelayMs } from "./redial_delay.ts";

Deno.test("redialDelayMs() doubles from 100 ms up to 5 s", () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 1_000].map((attempt) => redialDelayMs(attempt, () => 1));
  assertEquals(delays, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

Deno.test("redialDelayMs() is blurred downwards to a half", () => {
  assertEquals(redialDelayMs(0, () => 0), 50);
  assertEquals(redialDelayMs(9, () => 0), 2_500);
});
