import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { ChangeBurst, type ChangedFiles } from "./change_burst.ts";

/** A burst that tells when and of what. */
function open(waits: number[] = []) {
  const clock = new FakeClock();
  const told: (ChangedFiles & { readonly atMs: number })[] = [];
  const burst = new ChangeBurst({
    clock,
    quietMs: 300,
    onQuiet(changed) {
      const waitMs = waits.shift() ?? 0;
      if (waitMs === 0) told.push({ ...changed, atMs: clock.monotonic() });
      return waitMs;
    },
  });
  return { clock, told, burst };
}

Deno.test("ChangeBurst makes one of an editor's write, rename and touch", async () => {
  const { clock, told, burst } = open();
  for (const path of ["/a.tmp", "/a", "/a"]) {
    burst.add(path);
    await clock.advance(100);
  }
  await clock.advance(10_000);
  assertEquals(told, [{ path: "/a.tmp", count: 2, atMs: 500 }]);
  assertEquals(clock.pending, 0);
});

Deno.test("ChangeBurst tells all the same of what never gets quiet, and of what had to wait once", async () => {
  const { clock, told, burst } = open();
  for (let times = 0; times < 110; times++) {
    burst.add("/log");
    await clock.advance(100);
  }
  assertEquals(told.map(({ atMs }) => atMs), [5_000, 10_000]);
  const held = open([30_000]);
  held.burst.add("/a");
  await held.clock.advance(10_000);
  held.burst.add("/b");
  await held.clock.advance(60_000);
  assertEquals(held.told, [{ path: "/a", count: 2, atMs: 30_300 }]);
});
