import { assert, assertEquals } from "@std/assert";
import { FakeWorld } from "../../../tests/support/fake_world.ts";
import { silentLogger } from "../../../tests/support/silent_logger.ts";
import type { StatusSnapshot } from "../../protocol/snapshot.ts";
import { StatusFile } from "./status_file.ts";

function open() {
  const world = new FakeWorld();
  const state = {
    isWatched: false,
    isAnyUp: false,
    wasRead: false,
    isFull: false,
    costMs: 0,
    warnings: 0,
    writtenAt: [] as number[],
    sampledAt: [] as number[],
  };
  const written: StatusSnapshot[] = [];
  const file = new StatusFile({
    ...{ clock: world.clock, rounds: world.clock },
    logger: { ...silentLogger, warn: () => void state.warnings++ },
    bus: world.bus,
    snapshot: (samples) => {
      if (samples) state.sampledAt.push(world.clock.monotonic());
      return { type: "status.snapshot", source: "ipc" } as StatusSnapshot;
    },
    write: (snapshot) => {
      if (state.isFull) throw new Error("no space left");
      world.clock.stall(state.costMs);
      written.push(snapshot);
      state.writtenAt.push(world.clock.monotonic());
    },
    isWatched: () => state.isWatched,
    isAnyUp: () => state.isAnyUp,
    wasRead: () => state.wasRead,
  });
  const change = () => world.bus.announce("daemon_reloaded", null, {});
  return { world, state, written, file, change, [Symbol.dispose]: () => world[Symbol.dispose]() };
}

Deno.test("StatusFile is there at once, and is written a last time", () => {
  using it = open();
  it.file[Symbol.dispose]();
  assertEquals(it.written.length, 2);
  assertEquals(it.world.clock.pending, 0);
});

Deno.test("StatusFile is written once a second at most, and soon after the first change", async () => {
  using it = open();
  await it.world.clock.advance(2_000);
  for (let count = 0; count < 40; count++) {
    it.change();
    await it.world.clock.advance(50);
  }
  assertEquals(it.state.writtenAt, [0, 2_000, 3_000, 4_000]);
  it.file[Symbol.dispose]();
});

Deno.test("StatusFile samples what jobs use once a minute, however much happens, and for readers", async () => {
  using it = open();
  it.state.isAnyUp = true;
  for (let seconds = 0; seconds < 130; seconds++) {
    it.change();
    await it.world.clock.advance(1_000);
  }
  assertEquals(it.state.writtenAt.length > 100, true);
  assertEquals(it.state.sampledAt.length, 3);
  it.state.wasRead = true;
  await it.world.clock.advance(10_000);
  assertEquals(it.state.sampledAt.length > 3, true);
  it.file[Symbol.dispose]();
});

Deno.test("StatusFile is written less often when writing it takes long, yet never gets stale", async () => {
  for (const [costMs, everyMs] of [[10, 1_010], [100, 2_100], [1_000, 3_400]] as const) {
    using it = open();
    await it.world.clock.advance(5_000);
    it.state.costMs = costMs;
    for (let count = 0; count < 2_000; count++) {
      it.change();
      await it.world.clock.advance(10);
    }
    const [, , ...times] = it.state.writtenAt;
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    assert(pauses.length > 1);
    assert(pauses.every((pause) => Math.abs(pause - everyMs) < 30), pauses.join(" "));
    it.file[Symbol.dispose]();
  }
});

Deno.test("StatusFile rests while nothing changes and nobody looks, else stays fresh", async () => {
  using it = open();
  await it.world.clock.advance(600_000);
  assertEquals(it.written.length, 1);
  it.state.isWatched = true;
  await it.world.clock.advance(14_400);
  it.written.length = 0;
  await it.world.clock.advance(12_000);
  assertEquals(it.written.length, 5);
  it.file[Symbol.dispose]();
});

Deno.test("StatusFile tells what jobs use to those who read it, and rests when they have gone", async () => {
  using it = open();
  it.state.isAnyUp = true;
  it.change();
  await it.world.clock.advance(30_000);
  assertEquals(it.written.length, 2, "the first, and what has changed");
  it.state.wasRead = true;
  await it.world.clock.advance(4_800);
  it.state.wasRead = false;
  it.written.length = 0;
  await it.world.clock.advance(24_000);
  assertEquals(it.written.length, 10, "not older than a reader takes for fresh");
  await it.world.clock.advance(60_000);
  it.written.length = 0;
  await it.world.clock.advance(60_000);
  assertEquals(it.written.length, 1, "where reading is not noted, once a minute");
  it.file[Symbol.dispose]();
});

Deno.test("StatusFile survives a full disk, says so once, and tries again", async () => {
  using it = open();
  it.state.isFull = true;
  it.change();
  await it.world.clock.advance(20_000);
  assertEquals([it.written.length, it.state.warnings], [1, 1]);
  it.state.isFull = false;
  await it.world.clock.advance(3_000);
  assertEquals(it.written.length, 2);
  it.file[Symbol.dispose]();
});
