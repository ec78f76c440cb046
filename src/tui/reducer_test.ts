import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  DOWN,
  NOW_MS,
  toJob,
  toJobEvent,
  toJobs,
  toOpened,
  toPage,
  TuiWorld,
} from "../../tests/support/tui_fixture.ts";
import { JobStatus, type JobView } from "../protocol/job_view.ts";
import { KEY_BINDINGS } from "./keys.ts";
import type { Action } from "./action.ts";
import { layoutOf, outputTarget, STREAM_CHOICES, visibleJobs } from "./state.ts";
import { listRows } from "./layout.ts";

const WIDE = { columns: 80, rows: 24 };

Deno.test("reduce() selects the first job, and stays with a job when others come and go", () => {
  const [a, b, c] = toJobs(3) as [JobView, JobView, JobView];
  const world = new TuiWorld(WIDE, [b, c]);
  assertEquals(world.state.selectedId, b.id);
  world.do({ type: "event", event: toJobEvent(2, a, "job_added") });
  assertEquals([world.state.selectedId, world.state.selectedIndex], [b.id, 1]);
  world.do({ type: "event", event: toJobEvent(3, a, "job_removed") });
  assertEquals([world.state.selectedId, world.state.selectedIndex], [b.id, 0]);
});

Deno.test("reduce() selects the neighbour of a job that is removed", () => {
  const jobs = toJobs(3);
  const world = new TuiWorld(WIDE, jobs).do("j");
  world.do({ type: "event", event: toJobEvent(2, jobs[1]!, "job_removed") });
  assertEquals(world.state.selectedId, jobs[2]!.id);
  world.do({ type: "event", event: toJobEvent(3, jobs[2]!, "job_removed") });
  assertEquals(world.state.selectedId, jobs[0]!.id);
  world.do({ type: "event", event: toJobEvent(4, jobs[0]!, "job_removed") });
  assertEquals(world.state.selectedId, undefined);
});

Deno.test("reduce() follows events, but not those that the snapshot knows already", () => {
  const job = toJob("a");
  const world = new TuiWorld(WIDE, [job]);
  world.do({ type: "snapshot", jobs: [{ ...job, status: "failed" }], seq: 9 });
  world.do({ type: "event", event: toJobEvent(8, { ...job, status: "stopping" }) });
  assertEquals(world.state.jobs[0]!.job.status, "failed");
  world.do({ type: "event", event: toJobEvent(10, { ...job, status: "stopping" }) });
  assertEquals(world.state.jobs[0]!.job.status, "stopping");
});

Deno.test("reduce() asks for everything again after a gap", () => {
  const event = { ...toJobEvent(5, toJob("a"), "gap"), job_id: null, data: { from: 2, to: 5 } };
  assertEquals(new TuiWorld(WIDE, []).do({ type: "event", event }).effects, [{ type: "refresh" }]);
});

Deno.test("reduce() ignores what it does not understand", () => {
  const world = new TuiWorld(WIDE, toJobs(1));
  const before = world.state.jobs;
  const event = { ...toJobEvent(5, toJob("a")), data: { nonsense: true } };
  world.do({ type: "event", event }, "ctrl+q", "f12");
  assertEquals(world.state.jobs, before);
});

Deno.test("reduce() tells why the daemon is gone, and that it is back", () => {
  const world = new TuiWorld(WIDE, []);
  const event = { ...toJobEvent(5, toJob("a"), "daemon_handover"), job_id: null, data: {} };
  world.do({ type: "event", event });
  world.do({ type: "link", link: "reconnecting", reason: "connection lost" });
  assertEquals([world.state.link, world.state.linkReason], [
    "reconnecting",
    "a newer imp takes over",
  ]);
  world.do({ type: "link", link: "connected" });
  assertEquals([world.state.link, world.state.linkReason], ["connected", ""]);
  assertEquals(world.state.note?.text, "Reconnected: the daemon is back");
});

Deno.test("reduce() takes notes away when they were there long enough", () => {
  const world = new TuiWorld(WIDE, []).do({ type: "note", text: "hi\x1b[2J", isError: false });
  assertEquals(world.state.note?.text, "hi[2J");
  assert(world.do({ type: "tick", nowMs: NOW_MS + 3_999 }).state.note);
  assertEquals(world.do({ type: "tick", nowMs: NOW_MS + 4_000 }).state.note, undefined);
});

Deno.test("reduce() shows the output of the selected job only", () => {
  const world = new TuiWorld(WIDE, toJobs(2)).output("one");
  assertEquals(world.state.output.lines.length, 1);
  world.do("j");
  assertEquals([world.state.output.lines, world.state.outputRun], [[], undefined]);
  const late = {
    jobId: "a00",
    run: 1,
    lines: [{ kind: "stdout", text: "late" }],
    open: [],
    to: {},
    readTo: {},
  } as const;
  assertEquals(world.do({ type: "output", ...late }).state.output.lines, []);
});

Deno.test("reduce() writes down how a run ended, also when the next one runs already", () => {
  const job = toJob("a");
  const world = new TuiWorld(WIDE, [job]).output("one");
  world.do({
    type: "event",
    event: toJobEvent(2, toJob("a", { ...DOWN, status: "backoff", exit_code: 3 })),
  });
  world.do({ type: "event", event: toJobEvent(3, toJob("a", { run: 2 })) });
  world.do({ type: "output_ended", jobId: "a", run: 1 }, toOpened("a", 2, true));
  world.output("two");
  assertEquals(world.state.output.lines.map(({ text }) => text), [
    "one",
    "exited with code 3 after 20s",
    "run 2",
    "two",
  ]);
});

/** The end of both streams. */
const END = { isFollowed: true, isPinned: false, streams: STREAM_CHOICES[0]! };

Deno.test("outputTarget() is the run of the selected job, if it ever ran", () => {
  const world = new TuiWorld(WIDE, [
    toJob("a", { run: 3 }),
    toJob("b", { run: 0 }),
    toJob("c", DOWN),
  ]);
  assertEquals(outputTarget(world.state), { jobId: "a", run: 3, isLive: true, ...END });
  assertEquals(outputTarget(world.do("j").state), undefined);
  assertEquals(outputTarget(world.do("j").state), { jobId: "c", run: 1, isLive: false, ...END });
});

Deno.test("reduce() keeps the selection in sight among 200 jobs", () => {
  const world = new TuiWorld(WIDE, toJobs(200));
  const rows = listRows(layoutOf(world.state));
  world.do("G");
  assertEquals([world.state.selectedIndex, world.state.listTop], [199, 200 - rows]);
  world.do("k", "k");
  assertEquals([world.state.selectedIndex, world.state.listTop], [197, 200 - rows]);
  world.do("pageup", "pageup");
  assertEquals(world.state.selectedIndex, 197 - 2 * (rows - 1));
  world.do("g");
  assertEquals([world.state.selectedIndex, world.state.listTop], [0, 0]);
  world.do("G", { type: "resize", size: { columns: 40, rows: 12 } });
  assertEquals(world.state.listTop, 200 - 3);
});

const size = fc.record({ columns: fc.nat(200), rows: fc.nat(60) });
const id = fc.constantFrom("a", "b", "c", "d", "e");
const job = fc.record({
  id,
  name: fc.option(fc.string({ maxLength: 12 })),
  status: fc.constantFrom(...JobStatus.options),
  run: fc.nat(4),
  restarts: fc.nat(2_000),
  cpu_percent: fc.option(fc.double({ noNaN: true, min: 0, max: 6_400 })),
}).map(({ id, ...changes }) => toJob(id, changes));
const keys = [
  ...KEY_BINDINGS.flatMap((binding) => binding.keys),
  "y",
  "n",
  "backspace",
  "ü",
  "alt+x",
];
const lines = fc.array(fc.record({
  kind: fc.constantFrom("stdout" as const, "stderr" as const),
  text: fc.string({ maxLength: 300 }),
}));
const page = fc.record({
  where: fc.constantFrom("before" as const, "after" as const, "whole" as const),
  page: fc.tuple(lines, fc.boolean(), fc.boolean()).map(([lines, hasBefore, hasAfter]) =>
    toPage(1, { lines, hasBefore, hasAfter })
  ),
  seek: fc.constantFrom("first" as const, { kind: "stdout" as const, from: 7 }, undefined),
});
/** Anything that can happen to a screen, also what cannot. */
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...keys).map((name) => input({ type: "key", name })) },
  fc.string().map((text) => input({ type: "paste", text })),
  fc.record({
    type: fc.constant("mouse" as const),
    action: fc.constantFrom("press", "drag", "release", "wheel_up", "wheel_down"),
    x: fc.integer({ min: -1, max: 220 }),
    y: fc.integer({ min: -1, max: 70 }),
  }).map(input),
  size.map((size): Action => ({ type: "resize", size })),
  fc.array(job).map((jobs): Action => ({ type: "snapshot", jobs, seq: 1 })),
  fc.tuple(
    fc.integer(),
    job,
    fc.constantFrom("job_added", "job_removed", "job_updated", "gap", "daemon_stopping"),
  )
    .map(([seq, job, name]): Action => ({ type: "event", event: toJobEvent(seq, job, name) })),
  fc.array(job).map((jobs): Action => ({ type: "usage", jobs })),
  fc.constantFrom("connected" as const, "reconnecting" as const).map((link): Action => ({
    type: "link",
    link,
  })),
  fc.tuple(id, fc.nat(4), lines, lines).map(([jobId, run, lines, open]): Action => ({
    type: "output",
    jobId,
    run,
    lines,
    open,
    to: {},
    readTo: {},
  })),
  fc.tuple(id, fc.nat(4), lines, fc.boolean()).map(([jobId, run, lines, isNext]): Action => ({
    type: "output_opened",
    jobId,
    run,
    page: toPage(run, { lines }),
    isNext,
  })),
  fc.tuple(id, fc.nat(4), page).map(([jobId, run, page]): Action => ({
    type: "output_page",
    jobId,
    run,
    ...page,
  })),
  fc.tuple(id, fc.nat(4)).map(([jobId, run]): Action => ({ type: "output_ended", jobId, run })),
  fc.tuple(id, fc.option(fc.nat(4), { nil: undefined })).map(([jobId, run]): Action => ({
    type: "run_chosen",
    jobId,
    run,
  })),
  fc.nat(4).map((run): Action => ({ type: "found", match: { kind: "stdout", from: 7, run } })),
  id.map((jobId): Action => ({ type: "details", jobId, lines: ["x"] })),
  fc.dictionary(id, fc.nat(9)).map((times): Action => ({
    type: "written",
    times: new Map(Object.entries(times)),
  })),
  fc.nat(100_000).map((ms): Action => ({ type: "tick", nowMs: NOW_MS + ms })),
);

function input(event: (Action & { type: "input" })["event"]): Action {
  return { type: "input", event };
}

Deno.test("whatever happens, reduce() does not throw and the selection is a job that is seen", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const world = new TuiWorld(WIDE, toJobs(3));
      for (const each of actions) {
        world.do(each);
        const { state } = world;
        const jobs = visibleJobs(state);
        assertEquals(jobs[state.selectedIndex]?.job.id, state.selectedId);
        assertEquals(state.selectedId === undefined, jobs.length === 0);
        const height = Math.max(1, listRows(layoutOf(state)));
        assert(state.listTop >= 0 && state.listTop <= state.selectedIndex);
        assert(state.selectedIndex < state.listTop + height);
        if (state.outputRun) assertEquals(state.outputRun.jobId, state.selectedId);
      }
    }),
    { numRuns: 400 },
  );
});
