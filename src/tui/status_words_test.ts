import { assertEquals } from "@std/assert";
import { DOWN, NOW_MS, secondsAgo, toJob } from "../../tests/support/tui_fixture.ts";
import { JobStatus } from "../protocol/job_view.ts";
import { downWords, endWords, signOf, sinceText, uptimeText } from "./status_words.ts";
import { textWidth } from "../text/clean_text.ts";

Deno.test("signOf() has a sign of one cell for every status, and one for not ready", () => {
  const signs = JobStatus.options.map((status) => signOf(toJob("a", { status })).sign);
  assertEquals(new Set(signs).size, JobStatus.options.length);
  assertEquals(signs.filter((sign) => textWidth(sign) !== 1), []);
  assertEquals(signOf(toJob("a", { ready: false })).sign, "◐");
  assertEquals(signOf(toJob("a", { ready: false, ready_check: null })).sign, "●", "nobody asks");
  assertEquals(signOf(toJob("a", { unready_reason: "not healthy" })).style, "bad");
});

Deno.test("downWords() tells how a job ended and when, or when it comes back", () => {
  const say = (changes: Parameters<typeof toJob>[1]) =>
    downWords(toJob("a", { ...DOWN, ...changes }), NOW_MS);
  assertEquals(say({}), "exited 3m ago");
  assertEquals(say({ status: "failed", exit_code: 7 }), "failed (7) 3m ago");
  assertEquals(
    say({ status: "failed", exit_code: null, signal: "SIGKILL" }),
    "failed (SIGKILL) 3m ago",
  );
  assertEquals(say({ status: "stopped", exit_code: null, signal: "SIGTERM" }), "stopped 3m ago");
  assertEquals(say({ status: "stopped", finished_at: null }), "stopped");
  assertEquals(say({ status: "backoff", next_start_at: secondsAgo(-4) }), "again in 4s");
  assertEquals(say({ status: "backoff", next_start_at: secondsAgo(9) }), "again in 0s");
  assertEquals(say({ status: "stopping" }), "stopping");
});

Deno.test("endWords() is silent where the status says it all", () => {
  assertEquals(endWords(toJob("a", DOWN)), undefined);
  assertEquals(endWords(toJob("a", { ...DOWN, exit_code: 127 })), "exit 127");
});

Deno.test("sinceText() and uptimeText() survive clocks that went back", () => {
  assertEquals(sinceText(secondsAgo(-100), NOW_MS), "0s");
  assertEquals(uptimeText(secondsAgo(-100), NOW_MS), "0s");
  assertEquals(uptimeText(secondsAgo(185), NOW_MS), "3m 5s");
});
