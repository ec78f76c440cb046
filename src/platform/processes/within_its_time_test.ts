import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { withinItsTime } from "./within_its_time.ts";

/** Waits for what does not come, of a process that has waited so long for a processor each time it is looked at. */
function begin(...waits: number[]) {
  const clock = new FakeClock();
  const promise = Promise.withResolvers<string>();
  const processorWait = () => waits.length > 1 ? waits.shift()! : waits[0]!;
  let result: string | undefined;
  const waiting = withinItsTime(
    clock,
    { pid: 1, limitMs: 1_000, mostLimits: 3, processorWait },
    promise.promise,
  ).then((found) => result = found);
  return { clock, resolve: promise.resolve, waiting, result: () => result };
}

Deno.test("F172 withinItsTime() does not count what a process has waited for a processor since it began", async () => {
  const { clock, result } = begin(70_000, 70_600, 70_900, 70_900);
  await clock.advance(1_599);
  assertEquals(result(), undefined);
  await clock.advance(300);
  assertEquals(result(), undefined);
  await clock.advance(1);
  assertEquals(result(), "late");
});

Deno.test("F172 withinItsTime() waits no longer than so many limits, and no shorter than one", async () => {
  const busy = begin(0, Infinity);
  await busy.clock.advance(2_999);
  assertEquals(busy.result(), undefined);
  await busy.clock.advance(1);
  assertEquals(busy.result(), "late");
  const idle = begin(500, 0);
  await idle.clock.advance(999);
  assertEquals(idle.result(), undefined);
  await idle.clock.advance(1);
  assertEquals(idle.result(), "late");
});

Deno.test("F172 withinItsTime() has what comes in the time that was forgiven", async () => {
  const { clock, resolve, waiting } = begin(0, 500);
  await clock.advance(1_200);
  resolve("came");
  assertEquals(await waiting, "came");
});
