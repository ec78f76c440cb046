import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import type { Ground } from "./ground.ts";
import { GroundWatch } from "./ground_watch.ts";

/** Without a change for so long, notifications are asked for. */
const QUIET_MS = 8_000;

/** Ground that can be taken away, and a watch over it. */
function open(isVital = false) {
  const state = { isSound: true, isMendable: true, isBusy: false, canWatch: true, looks: 0 };
  const calls: string[] = [];
  const clock = new FakeClock();
  let onChange: (() => void) | undefined;
  const ground: Ground = {
    path: "/g",
    isVital,
    isSound: () => {
      state.looks++;
      return state.isSound;
    },
    isAbsent: () => true,
    mend: () => {
      if (!state.isMendable) throw new Error("no room");
      state.isSound = true;
      return "; beside that";
    },
  };
  const watch = new GroundWatch({
    ...{ clock, rounds: clock },
    logger: silentLogger,
    grounds: () => [ground],
    isBusy: () => state.isBusy,
    openWatch: (callbacks) => {
      if (!state.canWatch) return undefined;
      calls.push("watch");
      onChange = callbacks.onChange;
      return { [Symbol.dispose]: () => calls.push("unwatch") };
    },
    onHopeless: ({ path }) => calls.push(`hopeless ${path}`),
  });
  return { state, calls, clock, watch, change: () => onChange!() };
}

Deno.test("D1 GroundWatch sees within 2 s what is taken away while something is up", async () => {
  const it = open();
  using watch = it.watch;
  it.state.isBusy = true;
  await it.clock.advance(20);
  it.state.isSound = false;
  await it.clock.advance(2_000);
  assertEquals(it.state.isSound, true);
  assertEquals(watch.notices.length, 1);
  assert(watch.notices[0]!.startsWith('"/g" was removed, and was made anew; beside that'));
  await it.clock.advance(10 * 60_000);
  assertEquals(watch.notices, []);
});

Deno.test("D1 GroundWatch waits to be told while nothing is up, and then sees it at once", async () => {
  const it = open();
  using _watch = it.watch;
  await it.clock.advance(QUIET_MS);
  assertEquals(it.calls, ["watch"]);
  const { looks } = it.state;
  await it.clock.advance(14_399);
  assertEquals(it.state.looks, looks);
  it.state.isSound = false;
  it.change();
  await it.clock.advance(20);
  assertEquals(it.state.isSound, true);
  assertEquals(it.calls, ["watch", "unwatch"]);
  await it.clock.advance(QUIET_MS);
  assertEquals(it.calls, ["watch", "unwatch", "watch"], "what is there now is watched");
});

Deno.test("D1 GroundWatch looks by the clock where it is told nothing", async () => {
  const it = open();
  it.watch[Symbol.dispose]();
  it.state.canWatch = false;
  const { state, clock } = it;
  using _watch = new GroundWatch({
    ...{ clock, rounds: clock },
    logger: silentLogger,
    grounds: () => {
      state.looks++;
      return [];
    },
    isBusy: () => false,
    openWatch: () => undefined,
    onHopeless: () => {},
  });
  await clock.advance(16_000);
  assertEquals(state.looks, 10);
});

Deno.test("D1 GroundWatch tells what cannot be mended as long as it cannot, and gives up what is vital once", async () => {
  const it = open(true);
  using watch = it.watch;
  it.state.isSound = false;
  it.state.isMendable = false;
  await it.clock.advance(1_600);
  assertEquals(watch.notices, ['"/g" was removed: no room']);
  await it.clock.advance(9_000);
  assertEquals(it.calls.filter((call) => call.startsWith("hopeless")), []);
  await it.clock.advance(10_000);
  assertEquals(it.calls.filter((call) => call.startsWith("hopeless")), ["hopeless /g"]);
  it.state.isSound = true;
  await it.clock.advance(2_000);
  assertEquals(watch.notices, []);
});
