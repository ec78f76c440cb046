import { assert, assertEquals } from "@std/assert";
import { parseSchedstat, processorWaitMs } from "./processor_wait.ts";

Deno.test("parseSchedstat() takes the second number, in milliseconds, and nothing of what is none", () => {
  assertEquals(parseSchedstat("81029281 5200000000 318\n"), 5_200);
  assertEquals(parseSchedstat("0 0 0\n"), 0);
  assertEquals(parseSchedstat(""), 0);
  assertEquals(parseSchedstat("a b c"), 0);
});

Deno.test("processorWaitMs() is at most as long as a process lives, and 0 for one that is gone", () => {
  assert(processorWaitMs(Deno.pid) >= 0);
  assertEquals(processorWaitMs(2 ** 22 + 1), 0);
});
