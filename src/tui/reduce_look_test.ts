import { assertEquals } from "@std/assert";
import { DOWN, toJob, toJobs, toPage, TuiWorld } from "../../tests/support/tui_fixture.ts";
import type { Action } from "./action.ts";
import { outputTarget, shownJob } from "./state.ts";

const SIZE = { columns: 80, rows: 24 };

Deno.test("/ in the output searches, n and N go on from what was found", () => {
  const place = { run: 1, from: 40, to: 45, timeMs: 1 };
  const lines = Array.from({ length: 50 }, (_, index) => `${index}`);
  const found = { kind: "stdout" as const, text: "found", place };
  const world = new TuiWorld(SIZE, toJobs(1)).output(found, ...lines).do("tab", "/");
  world.type("foun").do("enter");
  const target = outputTarget(world.state)!;
  const search = { type: "search", query: "foun", target } as const;
  const atEnd = { ...search, isBackward: true, from: undefined, isInclusive: true };
  assertEquals(world.effects, [atEnd]);
  world.do({ type: "found", match: { kind: "stdout", from: 40, run: 1 } });
  assertEquals([world.state.output.follow, world.state.output.top.line], [false, 0]);
  world.effects.length = 0;
  world.do("n", "N");
  const held = { ...search, target: { ...target, isFollowed: false } };
  const from = { kind: "stdout", from: 40 } as const;
  assertEquals(world.effects, [
    { ...held, isBackward: false, from, isInclusive: false },
    { ...held, isBackward: true, from, isInclusive: false },
  ]);
  assertEquals(world.do("escape").state.search, undefined);
});

Deno.test("what is found elsewhere in the files is gone to", () => {
  const world = new TuiWorld(SIZE, toJobs(1)).output("one").do("tab", "/").type("x").do("enter");
  world.do({ type: "found", match: { kind: "stderr", from: 9, run: 1 } });
  assertEquals(world.state.output.seek, { kind: "stderr", from: 9 });
  const place = { run: 1, from: 9, to: 12, timeMs: 1 };
  const page = toPage(1, { lines: [{ kind: "stderr", text: "x", place }], hasBefore: true });
  const seek = { kind: "stderr", from: 9 } as const;
  world.do({ type: "output_page", jobId: "a00", run: 1, where: "whole", page, seek });
  assertEquals([world.state.output.seek, world.state.output.lines[0]?.text], [undefined, "x"]);
});

Deno.test("[ and ] ask for the runs beside the one that is shown", () => {
  const world = new TuiWorld(SIZE, [toJob("a", { run: 3 })]).output("three").do("[");
  assertEquals(world.effects, [{ type: "step_run", jobId: "a", run: 3, step: -1 }]);
  world.do({ type: "run_chosen", jobId: "a", run: 2 });
  assertEquals(outputTarget(world.state)?.run, 2);
  assertEquals(outputTarget(world.state)?.isLive, false);
  world.do("]", { type: "run_chosen", jobId: "a", run: undefined });
  assertEquals(world.effects.at(-1), { type: "step_run", jobId: "a", run: 2, step: 1 });
  assertEquals(outputTarget(world.state)?.run, 3);
});

Deno.test("t shows times, o goes round the streams, and who holds still keeps the place", () => {
  const world = new TuiWorld(SIZE, toJobs(1)).do("t");
  assertEquals(world.state.times, true);
  const place = { run: 1, from: 5, to: 9, timeMs: 1 };
  world.output({ kind: "stderr", text: "x", place }).do("f", "o");
  assertEquals(world.state.streams, ["stdout"]);
  assertEquals(world.state.output.seek, { kind: "stderr", from: 5 });
  assertEquals(world.do("o").state.streams, ["stderr"]);
  assertEquals(world.do("o").state.streams, ["stdout", "stderr"]);
});

Deno.test("y copies what is seen, as it was before it was cut and coloured", () => {
  const long = "x".repeat(200);
  const world = new TuiWorld(SIZE, toJobs(1)).output(`\x1b[0m\x1b[31m${long}\x1b[0m`, "b").do("y");
  assertEquals(world.effects, [{ type: "copy", text: `${long}\nb\n` }]);
  assertEquals(world.state.note?.text, "Copied 2 lines");
});

Deno.test("p shows the run in a pager", () => {
  const world = new TuiWorld(SIZE, [toJob("a", { run: 2 })]).do("p");
  assertEquals(world.effects, [{ type: "pager", jobId: "a", run: 2 }]);
});

Deno.test("what a job writes that is not selected is marked until it is", () => {
  const world = new TuiWorld(SIZE, toJobs(2));
  const written = (a: number, b: number): Action => ({
    type: "written",
    times: new Map([["a00", a], ["a01", b]]),
  });
  const unseen = () =>
    [...world.state.written].filter(([, { atMs, seenMs }]) => atMs > seenMs).map(([id]) => id);
  world.do(written(1, 1), written(2, 2));
  assertEquals(unseen(), ["a01"]);
  assertEquals(world.do("j") && unseen(), []);
  world.do(written(3, 3));
  assertEquals(unseen(), ["a00"]);
});

Deno.test("an earlier run is told as it was, also when that is known late", () => {
  const job = toJob("a", { run: 3 });
  const world = new TuiWorld(SIZE, [job]).do({ type: "run_chosen", jobId: "a", run: 2 });
  const page = toPage(2, { lines: [{ kind: "stdout", text: "two" }] });
  world.do({ type: "output_opened", jobId: "a", run: 2, page, isNext: false });
  world.do({ type: "output_ended", jobId: "a", run: 2 });
  const texts = () => world.state.output.lines.map(({ text }) => text);
  assertEquals(texts(), ["two", "run 2 ended"]);
  world.do({ type: "run_told", run: 2, job: { ...job, ...DOWN, run: 2, exit_code: 3 } });
  assertEquals(texts(), ["two", "exited with code 3 after 20s"]);
  assertEquals(shownJob(world.state)?.run, 2);
  world.do({ type: "run_chosen", jobId: "a", run: undefined });
  assertEquals(shownJob(world.state)?.run, 3);
});
