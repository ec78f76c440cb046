import { assert, assertEquals } from "@std/assert";
import { systemClock } from "./system_clock.ts";

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
