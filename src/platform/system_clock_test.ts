import { assert, assertEquals, assertThrows } from "@std/assert";
import { createSystemClock, systemClock } from "./system_clock.ts";

Deno.test("systemClock tells the time of day, and a time that never goes back", () => {
  assert(Math.abs(systemClock.now() - Date.now()) < 60_000);
  const before = systemClock.monotonic();
  assert(systemClock.monotonic() >= before);
});

Deno.test("systemClock calls back in the order of the delays, and not what was cancelled", async () => {
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    systemClock.schedule(2, resolve);
    const cancel = systemClock.schedule(1, () => seen.push("cancelled"));
    systemClock.schedule(0, () => seen.push("first"));
    cancel();
    cancel();
  });
  assertEquals(seen, ["first"]);
});

Deno.test("A5 systemClock does not ring at once for a delay that no timer of the platform holds", async () => {
  const rung: number[] = [];
  const cancels = [2 ** 31, 30 * 86_400_000, 36_500 * 86_400_000, Infinity].map((delayMs) =>
    systemClock.schedule(delayMs, () => rung.push(delayMs))
  );
  await new Promise<void>((resolve) => systemClock.schedule(5, resolve));
  for (const cancel of cancels) cancel();
  assertEquals(rung, []);
});

Deno.test("A5 createSystemClock() makes a long delay of several timers, and rings once, not early", async () => {
  const clock = createSystemClock(4);
  const before = clock.monotonic();
  let rings = 0;
  await new Promise<void>((resolve) => {
    clock.schedule(18, () => {
      rings++;
      clock.schedule(9, resolve);
    });
    const cancel = clock.schedule(60_000, () => rings += 100);
    clock.schedule(5, cancel);
  });
  assert(clock.monotonic() - before >= 26);
  assertEquals(rings, 1);
});

Deno.test("A5 systemClock takes a delay that is over for none, and refuses one that is no number", async () => {
  await new Promise<void>((resolve) => systemClock.schedule(-5, resolve));
  await new Promise<void>((resolve) => systemClock.schedule(-Infinity, resolve));
  assertThrows(() => systemClock.schedule(NaN, () => {}), RangeError, "NaN");
});
