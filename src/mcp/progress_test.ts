import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { createProgress } from "./progress.ts";

Deno.test("createProgress() tells something once a second at most, rising, and nothing when it is over", async () => {
  const clock = new FakeClock();
  const over = new AbortController();
  const told: unknown[] = [];
  const tell = createProgress({
    ...{ clock, token: "t", signal: over.signal },
    send: (message) => told.push(message),
  });
  for (let step = 0; step < 25; step++) {
    tell(`at ${step}`);
    await clock.advance(100);
  }
  over.abort();
  await clock.advance(5_000);
  tell("too late");
  assertEquals(
    told,
    ["at 0", "at 10", "at 20"].map((message, index) => ({
      ...{ jsonrpc: "2.0", method: "notifications/progress" },
      params: { progressToken: "t", progress: index + 1, message },
    })),
  );
});
