import { assertEquals } from "@std/assert";
import { fakeJob } from "../../../tests/support/fake_context.ts";
import { isDecided, type OutputFound } from "./await_output.ts";

const job = fakeJob();
const YES: OutputFound = { job, match: { run: 1, stream: "stdout", timeMs: 0, text: "up" } };
const NO: OutputFound = { job };

Deno.test("isDecided() is true as soon as nothing that comes can change the outcome", () => {
  // What is known of how many jobs, and whether that decides for all, and for any.
  const cases: [OutputFound[], number, boolean, boolean][] = [
    [[], 1, false, false],
    [[YES], 1, true, true],
    [[NO], 1, true, true],
    [[YES], 2, false, true],
    [[NO], 2, true, false],
    [[NO, YES], 3, true, true],
    [[YES, YES], 3, false, true],
    [[NO, NO], 2, true, true],
  ];
  for (const [found, count, all, any] of cases) {
    assertEquals(isDecided(found, { count, isAny: false }), all);
    assertEquals(isDecided(found, { count, isAny: true }), any);
  }
});
