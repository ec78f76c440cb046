import { assertEquals, assertStringIncludes } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import type { LogFields } from "../base/logger.ts";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import { createFailureReport } from "./failure_report.ts";

Deno.test("createFailureReport() tells the entry, the message and the stack", () => {
  const logged: LogFields[] = [];
  const logger = { ...silentLogger, error: (_: string, fields = {}) => void logged.push(fields) };
  const report = createFailureReport({ clock: new FakeClock(), logger });
  report("job.timer", new Error("disk full"));
  report("job.timer", "no error at all");
  assertEquals([logged[0]!.entry, logged[0]!.error], ["job.timer", "disk full"]);
  assertStringIncludes(String(logged[0]!.stack), "failure_report_test.ts");
  assertEquals([logged[1]!.error, logged[1]!.stack], ["no error at all", undefined]);
});

Deno.test("createFailureReport() counts what fails over and over instead of filling the disk", async () => {
  const logged: LogFields[] = [];
  const logger = { ...silentLogger, error: (_: string, fields = {}) => void logged.push(fields) };
  const clock = new FakeClock();
  const report = createFailureReport({ clock, logger });
  for (let count = 0; count < 10_000; count++) report("a", new Error("again"));
  report("b", new Error("another"));
  assertEquals(logged.map(({ entry }) => entry), ["a", "a", "a", "a", "a", "b"]);
  await clock.advance(60_000);
  report("a", new Error("again"));
  assertEquals(logged.at(-1)!.untold, 9_995);
});
