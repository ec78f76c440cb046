import { assertEquals, assertRejects } from "@std/assert";
import { fakeJob } from "../../../tests/support/fake_context.ts";
import { RunTracker } from "./run_tracker.ts";

const FINISHED = { finished_at: "2026-11-21T12:00:00.000Z", pid: null };
const UP = fakeJob();
const FAILED = fakeJob({ ...FINISHED, status: "failed", exit_code: 7, desired: "down" });
const BACKOFF = fakeJob({ ...FINISHED, status: "backoff", exit_code: 7 });
const SECOND = fakeJob({ run: 2 });

Deno.test("RunTracker ends a run with the job as it was then, whatever comes later", async () => {
  const tracker = new RunTracker(UP);
  const after = tracker.after(1);
  tracker.see(FAILED);
  tracker.see(SECOND);
  assertEquals(await after, { end: FAILED });
  await tracker.ended(1);
});

Deno.test("RunTracker goes on with the next run when the policy starts one", async () => {
  const tracker = new RunTracker(UP);
  tracker.see(BACKOFF);
  await tracker.ended(1);
  const after = tracker.after(1);
  tracker.see(SECOND);
  assertEquals(await after, { run: 2 });
});

Deno.test("RunTracker takes runs one by one when it learns of several at once", async () => {
  const tracker = new RunTracker(UP);
  tracker.see(fakeJob({ run: 4 }));
  await tracker.ended(1);
  assertEquals(await tracker.after(1), { run: 2 });
  assertEquals(await tracker.after(3), { run: 4 });
});

Deno.test("RunTracker knows the end of a job that was down before it looked", async () => {
  assertEquals(await new RunTracker(FAILED).after(1), { end: FAILED });
});

Deno.test("RunTracker does not end a job that comes up once what it needs is there", async () => {
  const waiting_for = [{ job: "db", for: "ready" as const, problem: null }];
  const waits = fakeJob({ ...FAILED, desired: "up", waiting_for });
  const tracker = new RunTracker(waits);
  const next = tracker.after(1);
  tracker.see(SECOND);
  assertEquals(await next, { run: 2 });
  const stuck = fakeJob({ ...waits, waiting_for: [{ ...waiting_for[0]!, problem: "failed (1)" }] });
  const lost = new RunTracker(waits);
  const end = lost.after(1);
  lost.see(stuck);
  assertEquals(await end, { end: stuck }, "what it needs will not be there by itself");
});

Deno.test("RunTracker ends a job that is gone as it was last", async () => {
  const tracker = new RunTracker(UP);
  const [after, next] = [tracker.after(1), tracker.next(1)];
  tracker.seeGone();
  assertEquals([await after, await next], [{ end: UP }, "gone"]);
});

Deno.test("RunTracker passes a failure on to whoever waits", async () => {
  const tracker = new RunTracker(UP);
  const ended = tracker.ended(1);
  tracker.fail(new Error("no daemon"));
  await assertRejects(() => ended, Error, "no daemon");
});
