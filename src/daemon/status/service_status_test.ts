import { assertEquals } from "@std/assert";
import { FakeWorld } from "../../../tests/support/fake_world.ts";
import { AppError } from "../../base/app_error.ts";
import { ServiceStatus } from "./service_status.ts";

function open({ isWatched = true } = {}) {
  const world = new FakeWorld();
  const told: string[] = [];
  const state = {
    up: 0,
    settings: { areDefaults: false, lastError: undefined as AppError | undefined },
  };
  const status = new ServiceStatus({
    clock: world.clock,
    bus: world.bus,
    notify: { isWatched, status: (text) => void told.push(text) },
    countUp: () => state.up,
    settings: state.settings,
  });
  const change = (up: number) => {
    state.up = up;
    world.bus.announce("daemon_reloaded", null, {});
  };
  return { world, told, state, status, change, [Symbol.dispose]: () => world[Symbol.dispose]() };
}

Deno.test("F6 ServiceStatus tells how many jobs are up, once a second at most, and the last of it", async () => {
  using it = open();
  assertEquals(it.told, ["0 jobs up"]);
  await it.world.clock.advance(1_000);
  it.change(1);
  assertEquals(it.told.at(-1), "1 job up");
  for (let up = 2; up <= 40; up++) it.change(up);
  assertEquals(it.told.length, 2);
  await it.world.clock.advance(1_000);
  assertEquals(it.told.slice(2), ["40 jobs up"]);
  await it.world.clock.advance(60_000);
  it.change(40);
  assertEquals([it.told.length, it.world.clock.pending], [3, 0]);
});

Deno.test("F6 ServiceStatus says at once what is wrong with the settings, and what holds instead", () => {
  using it = open();
  it.state.settings.lastError = new AppError("settings.invalid", "Cannot use x.yaml");
  it.status.tell();
  assertEquals(it.told.at(-1), "0 jobs up, with the settings of before: Cannot use x.yaml");
  it.state.settings.areDefaults = true;
  it.status.tell();
  assertEquals(
    it.told.at(-1),
    "0 jobs up, without the settings of a wrong file: Cannot use x.yaml",
  );
});

Deno.test("ServiceStatus is silent without a service manager, and after its end", async () => {
  using alone = open({ isWatched: false });
  alone.change(3);
  alone.status.tell();
  assertEquals([alone.told, alone.world.clock.pending], [[], 0]);
  using it = open();
  it.change(1);
  it.status[Symbol.dispose]();
  it.change(2);
  it.status.tell();
  await it.world.clock.advance(5_000);
  assertEquals([it.told, it.world.clock.pending], [["0 jobs up"], 0]);
});
