import { assertEquals } from "@std/assert";
import { judgeSilence, type SilenceFacts, type SilenceVerdict } from "./stuck_rule.ts";

const run = (outcome: string, durationMs: number | null) => ({ outcome, durationMs });
const GOOD = run("exited", 8_000);
const NOT_STUCK: SilenceVerdict = { isStuck: false, againInMs: null };

Deno.test("judgeSilence(): stuck is what was silent for longer than it ever took, and has ended well before", () => {
  const cases: [string, Partial<SilenceFacts>, SilenceVerdict][] = [
    ["longer than it took", { silentMs: 8_001 }, { isStuck: true, longestMs: 8_000 }],
    ["just as long", { silentMs: 8_000 }, { isStuck: false, againInMs: 1 }],
    ["not yet", { silentMs: 3_000 }, { isStuck: false, againInMs: 5_001 }],
    ["clock set back", { silentMs: -1_000 }, { isStuck: false, againInMs: 9_001 }],
    ["the longest counts", { runs: [GOOD, run("exited", 60_000)], silentMs: 59_999 }, {
      isStuck: false,
      againInMs: 2,
    }],
    ["also of those that failed", { runs: [GOOD, run("failed", 60_000)], silentMs: 9_000 }, {
      isStuck: false,
      againInMs: 51_001,
    }],
    ["short ones have time", { runs: [run("exited", 10)], silentMs: 4_999 }, {
      isStuck: false,
      againInMs: 2,
    }],
    ["and no more", { runs: [run("exited", 10)], silentMs: 5_001 }, {
      isStuck: true,
      longestMs: 10,
    }],
    ["no history", { runs: [] }, NOT_STUCK],
    ["only the run that goes on", { runs: [run("running", null)] }, NOT_STUCK],
    ["only failures", { runs: [run("failed", 10)] }, NOT_STUCK],
    ["only stops", { runs: [run("stopped", 10)] }, NOT_STUCK],
    ["ends that nobody knows", { runs: [run("lost", 10)] }, NOT_STUCK],
    ["stops do not count beside a good end", { runs: [GOOD, run("stopped", 99_999_999)] }, {
      isStuck: true,
      longestMs: 8_000,
    }],
    ["it serves", { serves: true }, NOT_STUCK],
    ["it is not up", { isRunning: false }, NOT_STUCK],
  ];
  const facts: SilenceFacts = { runs: [GOOD], isRunning: true, serves: false, silentMs: 1_000_000 };
  for (const [name, change, expected] of cases) {
    assertEquals(judgeSilence({ ...facts, ...change }), expected, name);
  }
});
