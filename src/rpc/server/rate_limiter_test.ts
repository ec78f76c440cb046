import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { RateLimiter } from "./rate_limiter.ts";

function take(limiter: RateLimiter, times: number): number {
  return Array.from({ length: times }, () => limiter.tryTake()).filter((taken) => taken).length;
}

Deno.test("RateLimiter allows a burst, then so many a second", async () => {
  const clock = new FakeClock();
  const limiter = new RateLimiter(clock, { perSecond: 200, burst: 400 });
  assertEquals(take(limiter, 1_000), 400);
  await clock.advance(5);
  assertEquals(take(limiter, 10), 1);
  await clock.advance(1_000);
  assertEquals(take(limiter, 1_000), 200);
});

Deno.test("RateLimiter saves no more than a burst, however long nothing comes", async () => {
  const clock = new FakeClock();
  const limiter = new RateLimiter(clock, { perSecond: 200, burst: 400 });
  take(limiter, 400);
  await clock.advance(86_400_000);
  assertEquals(take(limiter, 1_000), 400);
});

Deno.test("RateLimiter counts on when asked more often than it fills", async () => {
  const clock = new FakeClock();
  const limiter = new RateLimiter(clock, { perSecond: 10, burst: 1 });
  take(limiter, 1);
  let taken = 0;
  for (let ms = 0; ms < 1_000; ms++) {
    await clock.advance(1);
    taken += take(limiter, 1);
  }
  assertEquals(taken, 10);
});

Deno.test("RateLimiter does not care about the time of day", () => {
  const clock = new FakeClock();
  const limiter = new RateLimiter(clock, { perSecond: 200, burst: 400 });
  take(limiter, 400);
  clock.jumpTo(clock.now() + 400 * 86_400_000);
  assertEquals(take(limiter, 1), 0);
  clock.jumpTo(0);
  assertEquals(take(limiter, 1), 0);
});
