import { assertEquals } from "@std/assert";
import { backoffDelayMs } from "./backoff.ts";

Deno.test("backoffDelayMs() doubles from 100 ms up to 5 s", () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 1_000].map((attempt) => backoffDelayMs(attempt, () => 1));
  assertEquals(delays, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

Deno.test("backoffDelayMs() is blurred downwards to a half", () => {
  assertEquals(backoffDelayMs(0, () => 0), 50);
  assertEquals(backoffDelayMs(9, () => 0), 2_500);
});
