import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { TimeLimit } from "./time_limit.ts";

Deno.test("TimeLimit aborts with its reason when the time is over, unless it was taken away before", async () => {
  const clock = new FakeClock();
  const limit = new TimeLimit(clock, 10, () => "late");
  await clock.advance(9);
  assertEquals(limit.signal.aborted, false);
  await clock.advance(1);
  assertEquals(limit.signal.reason, "late");
  const taken = new TimeLimit(clock, 10, () => "late");
  taken[Symbol.dispose]();
  await clock.advance(20);
  assertEquals(taken.signal.aborted, false);
  using endless = new TimeLimit(clock, undefined, () => "late");
  await clock.advance(1_000_000);
  assertEquals(endless.signal.aborted, false);
});
