import { assertEquals } from "@std/assert";
import { fakeJob } from "../../tests/support/fake_context.ts";
import { formatSince } from "./times.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

Deno.test("formatSince() tells uptime, end and the next start", () => {
  assertEquals(formatSince(fakeJob(), NOW), "1m");
  const finished_at = "2026-11-21T11:59:13.400Z";
  assertEquals(formatSince(fakeJob({ status: "failed", finished_at }), NOW), "46s ago");
  const next_start_at = "2026-11-21T12:00:02.500Z";
  assertEquals(
    formatSince(fakeJob({ status: "backoff", finished_at, next_start_at }), NOW),
    "in 2s",
  );
  assertEquals(formatSince(fakeJob({ status: "stopped", started_at: null }), NOW), "-");
});
