import { assertEquals } from "@std/assert";
import type { JobView } from "../../protocol/job_view.ts";
import type { AppliedJob } from "../../protocol/reply.ts";
import { createFakeContext } from "../../../tests/support/fake_context.ts";
import type { GoalState } from "./up_goals.ts";
import { UpReport } from "./up_report.ts";

const BEGUN = "2026-11-29T10:00:00.000Z";

/** What is told of a job that comes to a state. */
async function told(
  action: AppliedJob["action"],
  { state, before, at, view = {} }: {
    state: GoalState;
    before?: GoalState;
    at: string;
    view?: Partial<JobView>;
  },
): Promise<string> {
  const ctx = createFakeContext();
  const isReady = state === "ready";
  const job = {
    ...{ id: "V3x", name: "api", status: isReady ? "running" : "exited", started_at: BEGUN },
    ...{ ready_at: isReady ? at : null, finished_at: isReady ? null : at },
    ...view,
  } as JobView;
  const applied = { name: "api", job_id: "V3x", action } as AppliedJob;
  await new UpReport(ctx).onState({ applied, job, isTask: !isReady }, state, before);
  return ctx.out() + ctx.err();
}

Deno.test("UpReport tells how long what it began has taken, and of what was up only that it is", async () => {
  const soon = "2026-11-29T10:00:00.042Z";
  const later = "2026-11-29T10:00:01.260Z";
  assertEquals(await told("start", { state: "ready", at: soon }), "api ready in 42ms\n");
  assertEquals(await told("restart", { state: "ready", at: later }), "api ready in 1.3s\n");
  assertEquals(await told("start", { state: "done", at: later }), "api done in 1.3s\n");
  assertEquals(await told("keep", { state: "ready", at: later }), "");
  const again = { state: "ready", before: "pending", at: later } as const;
  assertEquals(await told("keep", again), "api ready\n");
});

Deno.test("UpReport tells where a job is, and the port that others hold", async () => {
  const port = { name: "http", port: 20_124, auto: true, listening: true, url: "http://h:20124/" };
  const at = "2026-11-29T10:00:00.042Z";
  const tell = (more: object) =>
    told("start", { state: "ready", at, view: { ports_declared: [{ ...port, ...more }] } });
  assertEquals(await tell({}), "api ready in 42ms: http://h:20124/\n");
  const missed = "api ready in 42ms: http://h:20124/ (others hold 3000)\n";
  assertEquals(await tell({ moved_from: 3_000 }), missed);
});
