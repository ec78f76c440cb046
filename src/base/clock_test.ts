import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { within } from "./clock.ts";

Deno.test("within() gives what comes in time, also a failure, and leaves no timer", async () => {
  const clock = new FakeClock();
  assertEquals(await within(clock, 100, Promise.resolve(7)), 7);
  await assertRejects(() => within(clock, 100, Promise.reject(new Error("no"))), Error, "no");
  assertEquals(clock.pending, 0);
});

Deno.test("within() says when it is too late", async () => {
  const clock = new FakeClock();
  const waiting = within(clock, 100, new Promise(() => {}));
  await clock.advance(99);
  assertEquals(clock.pending, 1);
  await clock.advance(1);
  assertEquals(await waiting, "late");
});
