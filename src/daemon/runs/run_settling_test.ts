import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { holdDoor } from "../../platform/guarded.ts";
import type { RunRecord } from "../../store/store.ts";
import type { RunHost } from "./run_host.ts";
import { RunSettling } from "./run_settling.ts";

function open(hasSettled: (isClose: boolean) => boolean) {
  const clock = new FakeClock();
  const looks: boolean[] = [];
  let due = 0;
  const host = {
    hasOutputSettled: (_run: RunRecord, isClose: boolean) => {
      looks.push(isClose);
      return hasSettled(isClose);
    },
  } as unknown as RunHost;
  const settling = new RunSettling({ clock, host, hasLookedLast: () => true, onDue: () => due++ });
  const run = { runId: "V3x-1" } as RunRecord;
  return { clock, looks, settling, run, due: () => due };
}

Deno.test("RunSettling tells an end at once when nobody has the output any more", () => {
  const { settling, run, looks } = open(() => true);
  assertEquals(settling.isSettled(run), true);
  assertEquals([settling.isWaiting, looks], [false, [false]]);
});

Deno.test("RunSettling looks quickly at first and closely later, and asks to be asked again", async () => {
  const { clock, settling, run, looks, due } = open((isClose) => isClose);
  for (let asked = 0; !settling.isSettled(run); asked++) {
    assertEquals([settling.isWaiting, due()], [true, asked]);
    await clock.advance(16);
  }
  assertEquals([settling.isWaiting, looks.at(0), looks.at(-1)], [false, false, true]);
});

Deno.test("RunSettling holds nobody up for ever, and begins anew with another run", async () => {
  const { clock, settling, run } = open(() => false);
  assertEquals(settling.isSettled(run), false);
  await clock.advance(31_000);
  assertEquals(settling.isSettled(run), true);
  assertEquals(settling.isSettled({ ...run, runId: "V3x-2" }), false);
  settling.end();
  assertEquals(settling.isWaiting, false);
});

Deno.test("RunSettling asks again when what it asked for fails", async () => {
  using _door = holdDoor(() => {});
  const clock = new FakeClock();
  const host = { hasOutputSettled: () => false } as unknown as RunHost;
  let due = 0;
  const onDue = () => {
    if (++due === 1) throw new Error("the store is full");
  };
  const settling = new RunSettling({ clock, host, hasLookedLast: () => true, onDue });
  assertEquals(settling.isSettled({ runId: "V3x-1" } as RunRecord), false);
  await clock.advance(300);
  assertEquals(due, 2);
});
