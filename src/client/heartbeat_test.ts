import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { Heartbeat } from "./heartbeat.ts";

function makeHeartbeat() {
  const clock = new FakeClock();
  const seen: string[] = [];
  const heartbeat = new Heartbeat({
    clock,
    intervalMs: 10,
    ping: () => seen.push("ping"),
    onDead: () => seen.push("dead"),
  });
  return { clock, seen, heartbeat };
}

Deno.test("Heartbeat gives up after two intervals without an answer to its pings", async () => {
  const { clock, seen } = makeHeartbeat();
  await clock.advance(29);
  assertEquals(seen, ["ping", "ping"]);
  await clock.advance(1);
  assertEquals(seen, ["ping", "ping", "dead"]);
  assertEquals(clock.pending, 0);
});

Deno.test("Heartbeat goes on as long as anything is heard", async () => {
  const { clock, seen, heartbeat } = makeHeartbeat();
  for (let round = 0; round < 5; round++) {
    await clock.advance(20);
    heartbeat.beat();
  }
  assertEquals(new Set(seen), new Set(["ping"]));
  heartbeat.stop();
});

Deno.test("Heartbeat takes silence for nothing while we do not listen", async () => {
  const { clock, seen, heartbeat } = makeHeartbeat();
  {
    using _pause = heartbeat.pause();
    await clock.advance(100);
  }
  assertEquals(seen, []);
  await clock.advance(10);
  assertEquals(seen, ["ping"]);
  heartbeat.stop();
  await clock.advance(100);
  assertEquals(seen, ["ping"]);
});
