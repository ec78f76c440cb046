import { assertEquals, assertThrows } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { FakeWorld } from "../../../tests/support/fake_world.ts";
import { messageOf } from "../../base/app_error.ts";
import { holdDoor } from "../../platform/guarded.ts";
import { EventBus } from "./event_bus.ts";

function open() {
  const world = new FakeWorld();
  const { store, clock } = world;
  const bus = new EventBus(store, clock);
  return { store, bus, [Symbol.dispose]: () => world[Symbol.dispose]() };
}

Deno.test("EventBus stores, then tells everybody, with numbers that rise by one", () => {
  using world = open();
  const heard: number[] = [];
  const stored: number[] = [];
  world.bus.listen("test", ({ seq }) => {
    heard.push(seq);
    stored.push(world.store.events.since(0).at(-1)!.seq);
  });
  for (let count = 0; count < 3; count++) world.bus.announce("daemon_reloaded", null, {});
  assertEquals([heard, stored, world.bus.seq], [[1, 2, 3], [1, 2, 3], 3]);
  assertEquals(new EventBus(world.store, new FakeClock()).seq, 3, "the next daemon goes on there");
});

Deno.test("EventBus tells in the same order to all, also what a listener causes", () => {
  using world = open();
  const heard: string[] = [];
  world.bus.listen("test", ({ seq }) => {
    heard.push(`first ${seq}`);
    if (seq === 1) world.bus.announce("daemon_reloaded", null, {});
  });
  world.bus.listen("test", ({ seq }) => void heard.push(`second ${seq}`));
  world.bus.announce("daemon_reloaded", null, {});
  assertEquals(heard, ["first 1", "second 1", "first 2", "second 2"]);
});

Deno.test("EventBus lets no listener that fails keep an event from the others, or undo it", () => {
  using world = open();
  const reported: string[] = [];
  using _door = holdDoor((entry, error) => reported.push(`${entry}: ${messageOf(error)}`));
  const heard: number[] = [];
  world.bus.listen("first", () => {
    throw new Error("disk full");
  });
  world.bus.listen("test", ({ seq }) => void heard.push(seq));
  world.bus.announce("daemon_reloaded", null, {});
  world.bus.announce("daemon_reloaded", null, {});
  assertEquals(heard, [1, 2]);
  assertEquals(reported, ["first: disk full", "first: disk full"]);
});

Deno.test("EventBus tells nothing that could not be stored, and nothing to who has left", () => {
  using world = open();
  const heard: number[] = [];
  const listening = world.bus.listen("test", ({ seq }) => void heard.push(seq));
  assertThrows(() =>
    world.store.transaction(() => {
      world.bus.record("daemon_reloaded", null, {});
      throw new Error("no");
    })
  );
  assertEquals([heard, world.bus.seq, world.store.events.lastSeq()], [[], 0, 0]);
  world.bus.announce("daemon_reloaded", null, {});
  listening[Symbol.dispose]();
  world.bus.announce("daemon_reloaded", null, {});
  assertEquals(heard, [1]);
});
