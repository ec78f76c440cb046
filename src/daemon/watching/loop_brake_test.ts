import { assertEquals } from "@std/assert";
import { LoopBrake } from "./loop_brake.ts";

const MINUTE = 60_000;

Deno.test("LoopBrake holds what changes again and again soon after a restart, longer each time", () => {
  const brake = new LoopBrake();
  let now = 0;
  const restartsAt: number[] = [];
  // Each restart writes, a second later, what is watched.
  while (now < 60 * MINUTE) {
    now += 1_000;
    now += brake.holdMs(now);
    assertEquals(brake.holdMs(now), 0);
    brake.note(now);
    restartsAt.push(now / 1_000);
  }
  assertEquals(restartsAt.slice(8, 13), [9, 10, 41, 102, 223]);
  assertEquals(restartsAt.length < 25, true);
});

Deno.test("LoopBrake lets changes pass that come after a while, and after a hold that was quiet", () => {
  const brake = new LoopBrake();
  for (let now = 0; now < 20 * MINUTE; now += 6_000) {
    assertEquals(brake.holdMs(now), 0);
    brake.note(now);
  }
  let now = 30 * MINUTE;
  while (brake.holdMs(now) === 0) {
    brake.note(now);
    now += 100;
  }
  assertEquals([brake.holdMs(now), brake.inARow], [30_000, 10]);
  now += 30_000;
  assertEquals(brake.holdMs(now), 0);
  brake.note(now);
  assertEquals(brake.holdMs(now + 6_000), 0);
  assertEquals(brake.inARow, 0);
});
