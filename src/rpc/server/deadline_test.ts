import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { Deadline } from "./deadline.ts";

function open() {
  const clock = new FakeClock();
  const missed: string[] = [];
  return { clock, missed, deadline: new Deadline(clock, (what) => missed.push(what), () => {}) };
}

Deno.test("Deadline tells what was not done when the time is over, and not before", async () => {
  const { clock, missed, deadline } = open();
  deadline.set(2_000, "no hello in time");
  await clock.advance(1_999);
  assertEquals(missed, []);
  await clock.advance(1);
  assertEquals(missed, ["no hello in time"]);
});

Deno.test("Deadline blames nobody for what we had no time to read", async () => {
  const { clock, missed, deadline } = open();
  deadline.set(2_000, "no hello in time");
  clock.stall(2_050);
  await clock.advance(0);
  assertEquals(missed, [], "what has come is read now");
  clock.stall(300);
  await clock.advance(0);
  assertEquals(missed, [], "busy again");
  deadline.cancel();
  await clock.advance(5_000);
  assertEquals(missed, []);
});

Deno.test("Deadline is not put off for ever: with time for others it is missed", async () => {
  const { clock, missed, deadline } = open();
  deadline.set(2_000, "no hello in time");
  clock.stall(10_000);
  await clock.advance(100);
  assertEquals(missed, ["no hello in time"]);
});
