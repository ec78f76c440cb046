import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { ROUND_MS, Rounds } from "./rounds.ts";

/** A clock that counts how often it wakes somebody. */
function open() {
  const clock = new FakeClock();
  const woken: number[] = [];
  const counting = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    schedule: (delayMs: number, callback: () => void) =>
      clock.schedule(delayMs, () => {
        woken.push(clock.monotonic());
        callback();
      }),
  };
  const rounds = new Rounds(counting);
  const looks: string[] = [];
  const look = (name: string, everyMs: number): () => void => {
    let cancel = () => {};
    const again = () => {
      cancel = rounds.schedule(everyMs, () => {
        looks.push(name);
        again();
      });
    };
    again();
    return () => cancel();
  };
  return { clock, rounds, woken, looks, look };
}

Deno.test("each of the ROUND_MS is a multiple of those before it", () => {
  const pauses = Object.values(ROUND_MS);
  for (const [index, pause] of pauses.slice(1).entries()) assertEquals(pause % pauses[index]!, 0);
});

Deno.test("Rounds look at all that is due with one timer, whenever each was asked for", async () => {
  const { clock, woken, looks, look } = open();
  await clock.advance(130);
  look("a", 1_200);
  await clock.advance(470);
  look("b", 2_400);
  await clock.advance(333);
  look("c", 4_800);
  assertEquals(clock.pending, 1);
  await clock.advance(9_600 - 933);
  assertEquals(woken, [1_200, 2_400, 3_600, 4_800, 6_000, 7_200, 8_400, 9_600]);
  const count = (name: string) => looks.filter((each) => each === name).length;
  assertEquals([count("a"), count("b"), count("c")], [8, 4, 2]);
});

Deno.test("Rounds look at nothing twice within a moment, and at nothing much later than asked", async () => {
  const { clock, rounds } = open();
  for (let atMs = 0; atMs < 2_400; atMs += 37) {
    const since = clock.monotonic();
    let lookedAt = 0;
    rounds.schedule(1_200, () => lookedAt = clock.monotonic());
    await clock.advance(1_350);
    assert(lookedAt - since >= 150 && lookedAt - since <= 1_350, `${since}: ${lookedAt}`);
  }
});

Deno.test("Rounds rest when nothing is to be looked at any more, and tell how late they were", async () => {
  const { clock, rounds, look } = open();
  const cancels = [look("a", 100), look("b", 1_200)];
  clock.stall(1_250);
  await clock.advance(0);
  assertEquals(rounds.lagMs, 1_150);
  await clock.advance(100);
  assertEquals(rounds.lagMs, 0);
  for (const cancel of cancels) cancel();
  assertEquals(clock.pending, 0);
});

Deno.test("a look that fails keeps no other from its turn", async () => {
  const { clock, rounds, looks, look } = open();
  look("before", 100);
  rounds.schedule(100, () => {
    throw new Error("planted");
  });
  look("after", 100);
  let thrown: unknown;
  await clock.advance(100).catch((error) => thrown = error);
  assertEquals(String(thrown), "Error: planted");
  await clock.advance(100);
  assertEquals(new Set(looks), new Set(["before", "after"]));
});
