import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { IdleExit } from "./idle_exit.ts";

function createIdle() {
  const clock = new FakeClock();
  const state = { isIdle: true, limitMs: 1_000, exits: 0 };
  const idle = new IdleExit({
    clock,
    idleExitMs: () => state.limitMs,
    isIdle: () => state.isIdle,
    onIdle: () => state.exits++,
  });
  return { clock, state, idle };
}

Deno.test("IdleExit calls once, after all of the time without a break", async () => {
  const { clock, state, idle } = createIdle();
  idle.update();
  await clock.advance(600);
  idle.update();
  await clock.advance(399);
  assertEquals(state.exits, 0);
  await clock.advance(1);
  idle.update();
  await clock.advance(5_000);
  assertEquals([state.exits, clock.pending], [1, 0]);
});

Deno.test("IdleExit begins anew after something was there", async () => {
  const { clock, state, idle } = createIdle();
  idle.update();
  await clock.advance(900);
  state.isIdle = false;
  idle.update();
  assertEquals(clock.pending, 0);
  state.isIdle = true;
  idle.update();
  await clock.advance(900);
  idle.touch();
  await clock.advance(999);
  assertEquals(state.exits, 0);
  await clock.advance(1);
  assertEquals(state.exits, 1);
});

Deno.test("IdleExit asks again at the end, should nobody have told it", async () => {
  const { clock, state, idle } = createIdle();
  idle.update();
  state.isIdle = false;
  await clock.advance(1_000);
  assertEquals(state.exits, 0);
  state.isIdle = true;
  idle.update();
  await clock.advance(1_000);
  assertEquals(state.exits, 1);
});

Deno.test("IdleExit follows changed settings; 0 is for ever", async () => {
  const { clock, state, idle } = createIdle();
  idle.update();
  state.limitMs = 0;
  idle.update();
  assertEquals(clock.pending, 0);
  state.limitMs = 50;
  idle.update();
  await clock.advance(50);
  assertEquals(state.exits, 1);
});

Deno.test("IdleExit is not fooled by the time of day, and ends when disposed of", async () => {
  const { clock, state, idle } = createIdle();
  idle.update();
  clock.jumpTo(clock.now() + 400 * 86_400_000);
  await clock.advance(999);
  assertEquals(state.exits, 0);
  idle[Symbol.dispose]();
  idle.update();
  await clock.advance(5_000);
  assertEquals([state.exits, clock.pending], [0, 0]);
});
