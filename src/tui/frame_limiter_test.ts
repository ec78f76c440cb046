import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "../../tests/support/fake_clock.ts";
import { FRAME_INTERVAL_MS, FrameLimiter } from "./frame_limiter.ts";

Deno.test("FrameLimiter draws soon, and everything that comes together once", async () => {
  const clock = new FakeClock();
  let frames = 0;
  using limiter = new FrameLimiter(clock, () => void frames++);
  limiter.request();
  limiter.request();
  assertEquals(frames, 0);
  await clock.advance(0);
  assertEquals(frames, 1);
});

Deno.test("FrameLimiter draws no more than 20 times a second, and the last change always", async () => {
  const clock = new FakeClock();
  const drawnAtMs: number[] = [];
  using limiter = new FrameLimiter(clock, () => void drawnAtMs.push(clock.monotonic()));
  for (let ms = 0; ms < 990; ms++) {
    limiter.request();
    await clock.advance(1);
  }
  assertEquals(drawnAtMs.length, 20);
  await clock.advance(1_000);
  assertEquals([drawnAtMs.length, drawnAtMs.at(-1)], [21, 20 * FRAME_INTERVAL_MS]);
});

Deno.test("FrameLimiter waits for a slow terminal", async () => {
  const clock = new FakeClock();
  let frames = 0;
  let taken = Promise.withResolvers<void>();
  using limiter = new FrameLimiter(clock, () => {
    frames++;
    return taken.promise;
  });
  limiter.request();
  await clock.advance(10);
  limiter.request();
  await clock.advance(10_000);
  assertEquals(frames, 1);
  taken.resolve();
  taken = Promise.withResolvers<void>();
  await clock.advance(10);
  assertEquals(frames, 2);
  taken.resolve();
  await settle();
});

Deno.test("FrameLimiter draws nothing once it is over", async () => {
  const clock = new FakeClock();
  let frames = 0;
  const limiter = new FrameLimiter(clock, () => void frames++);
  limiter.request();
  limiter[Symbol.dispose]();
  limiter.request();
  await clock.advance(1_000);
  assertEquals([frames, clock.pending], [0, 0]);
});

Deno.test("B6 FrameLimiter rests the longer the more a frame costs, and less when somebody waits", async () => {
  const clock = new FakeClock();
  const drawnAtMs: number[] = [];
  const draw = () => {
    drawnAtMs.push(clock.monotonic());
    clock.stall(8);
  };
  using limiter = new FrameLimiter(clock, draw);
  limiter.request();
  await clock.advance(0);
  limiter.request();
  await clock.advance(159);
  assertEquals(drawnAtMs, [0]);
  await clock.advance(1);
  assertEquals(drawnAtMs, [0, 160]);
  limiter.request();
  limiter.request(true);
  await clock.advance(FRAME_INTERVAL_MS);
  assertEquals(drawnAtMs, [0, 160, 160 + FRAME_INTERVAL_MS]);
});
