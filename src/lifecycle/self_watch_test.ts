import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { SelfWatch } from "./self_watch.ts";

const MIB = 1024 * 1024;

function watch(clock: FakeClock) {
  const world = { activity: 0, heldBytes: 30 * MIB, collections: 0 };
  const self = new SelfWatch({
    rounds: clock,
    activity: () => world.activity,
    memory: () => world.heldBytes,
    collectGarbage: () => {
      world.collections++;
      world.heldBytes -= 5 * MIB;
    },
  });
  return { world, self };
}

Deno.test("SelfWatch collects garbage once after a burst, and not while something happens", async () => {
  const clock = new FakeClock();
  const { world, self } = watch(clock);
  using _self = self;
  for (let second = 0; second < 10; second++) {
    world.activity++;
    await clock.advance(1_000);
  }
  assertEquals(world.collections, 0);
  await clock.advance(60_000);
  assertEquals(world.collections, 1);
});

Deno.test("SelfWatch leaves alone what has not grown since the last collection", async () => {
  const clock = new FakeClock();
  const { world, self } = watch(clock);
  using _self = self;
  await clock.advance(20_000);
  assertEquals(world.collections, 1);
  for (const [grownBytes, collections] of [[MIB / 2, 1], [MIB, 2]] as const) {
    world.activity++;
    world.heldBytes += grownBytes;
    await clock.advance(20_000);
    assertEquals(world.collections, collections);
  }
});

Deno.test("SelfWatch collects after much activity, though nothing has grown: what is held may be garbage", async () => {
  const clock = new FakeClock();
  const { world, self } = watch(clock);
  using _self = self;
  await clock.advance(20_000);
  world.activity += 499;
  await clock.advance(20_000);
  assertEquals(world.collections, 1);
  world.activity++;
  await clock.advance(20_000);
  assertEquals(world.collections, 2);
});

Deno.test("A7 SelfWatch does not wait for quiet when much has grown", async () => {
  const clock = new FakeClock();
  const { world, self } = watch(clock);
  using _self = self;
  for (let second = 0; second < 10; second++) {
    world.activity++;
    world.heldBytes += 5 * MIB;
    await clock.advance(1_000);
  }
  assertEquals(world.collections, 1);
});
