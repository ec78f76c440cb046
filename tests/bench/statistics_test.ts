import { assertEquals, assertThrows } from "@std/assert";
import { mean, pairedRatio, standardError, summarize } from "./statistics.ts";

Deno.test("summarize() finds the middle of even and odd rows", () => {
  assertEquals(summarize([3, 1, 2]).median, 2);
  assertEquals(summarize([4, 1, 2, 3]).median, 2.5);
  const hundred = Array.from({ length: 101 }, (_, index) => index);
  assertEquals(summarize(hundred), { count: 101, min: 0, median: 50, p99: 99, max: 100 });
  assertThrows(() => summarize([]));
});

Deno.test("pairedRatio() is not moved by a machine that gets slower", () => {
  assertEquals(pairedRatio([2, 4, 40], [1, 2, 20]), 2);
});

Deno.test("standardError() is that of the mean: a quarter of it takes sixteen times the samples", () => {
  assertEquals(mean([1, 2, 3]), 2);
  assertEquals(standardError([2, 4, 4, 4, 5, 5, 7, 9]), Math.sqrt(32 / 7 / 8));
  assertEquals([standardError([3]), standardError([3, 3])], [0, 0]);
  assertThrows(() => mean([]));
});
