import { assert, assertEquals } from "@std/assert";
import { backoffDelayMs, judgeEnding } from "./restart_policy.ts";
import { parseRestartPolicy } from "../../protocol/restart_policy.ts";
import type { RestartPolicy } from "../../protocol/values.ts";

const LIMITS = { initialMs: 1_000, maxMs: 60_000, crashLoopLimit: 16 };
const judge = (policy: string, ending: Parameters<typeof judgeEnding>[1], tally = 0) =>
  judgeEnding(parseRestartPolicy(policy) as RestartPolicy, ending, {
    tally,
    limits: LIMITS,
    random: 0.5,
  });

Deno.test("F76 backoffDelayMs() doubles up to the limit and stays within its jitter", () => {
  const pauses = [0, 1, 2, 3, 6, 40].map((tally) => backoffDelayMs(tally, LIMITS, 0.5));
  assertEquals(pauses, [1_000, 2_000, 4_000, 8_000, 60_000, 60_000]);
  assertEquals(backoffDelayMs(0, LIMITS, 0), 900);
  assertEquals(backoffDelayMs(0, LIMITS, 1), 1_100);
});

Deno.test("judgeEnding() follows each policy", () => {
  assertEquals(judge("no", { code: 0 }), { event: "ended_ok" });
  assertEquals(judge("no", { code: 3 }), { event: "ended_bad" });
  assertEquals(judge("no", "unknown"), { event: "ended_unknown" });
  assertEquals(judge("no", "unstarted"), { event: "spawn_failed" });
  assertEquals(judge("on-failure", { code: 0 }), { event: "ended_ok" });
  assertEquals(judge("on-failure", { code: 1 }), { event: "ended_again", delayMs: 1_000 });
  assertEquals(judge("on-failure", "unknown"), { event: "ended_unknown" });
  assertEquals(judge("always", { code: 0 }, 100).event, "ended_again");
  assertEquals(judge("unless-stopped", "unknown").event, "ended_again");
});

Deno.test("judgeEnding() gives up on-failure:3 after three restarts and says so", () => {
  const events = [0, 1, 2, 3].map((tally) => judge("on-failure:3", { code: 1 }, tally));
  assertEquals(events.map((verdict) => verdict.event), [
    "ended_again",
    "ended_again",
    "ended_again",
    "ended_bad",
  ]);
  assertEquals(events[3], { event: "ended_bad", gaveUpAfter: 3 });
  assert(judge("on-failure", { code: 1 }, 16).event === "ended_bad");
});
