import { assertEquals } from "@std/assert";
import { fakeJob } from "../../../tests/support/fake_context.ts";
import type { EventName } from "../../protocol/event.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { ProjectState, type WatchLine } from "./project_state.ts";

function event(seq: number, name: EventName, data: JobView): WatchLine {
  const time = "2026-11-21T12:00:00.000Z";
  return { type: "event", event: name, seq, time, job_id: data.id, data: { ...data } };
}

const usageOf = (id: string, cpu: number): WatchLine => ({
  type: "usage",
  time: "2026-11-21T12:00:01.000Z",
  jobs: [{ id, cpu_percent: cpu, memory_bytes: 1_024, ports: [80] }],
});

Deno.test("ProjectState follows events from the snapshot on; older ones are for the feed only", () => {
  const state = new ProjectState();
  const job = fakeJob({ id: "A1a", status: "running" });
  state.take({ type: "snapshot", seq: 5, jobs: [job] });
  state.take(event(4, "job_stopped", { ...job, status: "failed" }));
  assertEquals(state.jobs.get("A1a")?.status, "running");
  state.take(event(6, "job_stopped", { ...job, status: "failed" }));
  assertEquals(state.jobs.get("A1a")?.status, "failed");
  state.take(event(7, "job_added", { ...job, id: "B2b" }));
  state.take(event(8, "job_removed", job));
  assertEquals(state.list().map(({ id }) => id), ["B2b"]);
  state.take(event(8, "job_removed", job));
  assertEquals(state.events.map(({ seq }) => seq), [4, 6, 7, 8]);
});

Deno.test("ProjectState begins anew with a store that has begun anew", () => {
  const state = new ProjectState();
  const job = fakeJob({ id: "A1a" });
  state.take({ type: "snapshot", seq: 50, jobs: [job] });
  state.take(event(51, "job_updated", job));
  state.take({ type: "snapshot", seq: 2, jobs: [] });
  state.take(event(3, "job_added", { ...job, id: "C3c" }));
  assertEquals(state.list().map(({ id }) => id), ["C3c"]);
});

Deno.test("ProjectState keeps ten minutes of what each job uses, and nothing of those that are gone", () => {
  const state = new ProjectState();
  state.take({ type: "snapshot", seq: 1, jobs: [fakeJob({ id: "A1a" })] });
  for (let sample = 0; sample < 700; sample++) state.take(usageOf("A1a", sample));
  state.take(usageOf("gone", 1));
  assertEquals(state.samples.get("A1a")?.length, 600);
  assertEquals(state.samples.get("A1a")?.at(-1)?.cpu, 699);
  assertEquals(state.jobs.get("A1a")?.ports, [80]);
  state.take({ type: "snapshot", seq: 2, jobs: [] });
  assertEquals([...state.samples.keys()], []);
});
