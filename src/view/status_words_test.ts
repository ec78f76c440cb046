import { assertEquals } from "@std/assert";
import { fakeJob } from "../../tests/support/fake_context.ts";
import { JobStatus } from "../protocol/job_view.ts";
import { formatStatus, signOf, toneOf } from "./status_words.ts";

Deno.test("formatStatus() says how it ended", () => {
  assertEquals(
    formatStatus({ status: "failed", exit_code: 42, signal: null, ready: false }),
    "failed (42)",
  );
  assertEquals(
    formatStatus({ status: "stopped", exit_code: 143, signal: "SIGTERM", ready: false }),
    "stopped (SIGTERM)",
  );
  assertEquals(
    formatStatus({ status: "stopped", exit_code: 0, signal: null, ready: false }),
    "stopped",
  );
  assertEquals(
    formatStatus({ status: "exited", exit_code: 0, signal: null, ready: false }),
    "exited",
  );
});

Deno.test("signOf() has a sign of its own for every status, for what is not ready and for what waits", () => {
  const signs = JobStatus.options.map((status) => signOf(fakeJob({ status, ready: true })));
  assertEquals(new Set(signs).size, JobStatus.options.length);
  assertEquals(signs.filter((sign) => [...sign].length !== 1), []);
  assertEquals(signOf(fakeJob({ ready: false, ready_check: "tcp:80" })), "◐");
  assertEquals(signOf(fakeJob({ ready: false, ready_check: null })), "●", "nobody asks");
  const waiting_for = [{ job: "db", for: "ready" as const, problem: null }];
  assertEquals(signOf(fakeJob({ status: "stopped", waiting_for })), "…");
});

Deno.test("toneOf() is bad where something is wrong, and never good for what is not ready", () => {
  assertEquals(toneOf(fakeJob({ ready: true })), "good");
  assertEquals(toneOf(fakeJob({ ready: false, ready_check: "tcp:80" })), "warn");
  assertEquals(toneOf(fakeJob({ unready_reason: "not healthy" })), "bad");
  const waiting_for = [{ job: "db", for: "ready" as const, problem: "failed (1)" }];
  assertEquals(toneOf(fakeJob({ status: "stopped", waiting_for })), "bad");
  assertEquals(toneOf(fakeJob({ status: "exited" })), "dim");
});
