import { assertEquals } from "@std/assert";
import type { JobView } from "../../protocol/job_view.ts";
import type { AppliedJob } from "../../protocol/reply.ts";
import { type GoalState, hasBegun, UpGoals } from "./up_goals.ts";

/** What is told of a job of run 1 that was started. */
type Told = Partial<JobView> & { readonly needs?: string; readonly problem?: string };

/** The states of jobs `a`, `b`, … as they come to be told. */
function statesOf(told: Readonly<Record<string, Told>>, tasks: readonly string[] = []) {
  const names = Object.keys(told);
  const goals = new UpGoals(names.map(toApplied), new Set(tasks));
  for (const [name, each] of Object.entries(told)) goals.see(toView(name, each));
  return goals.all.map((goal) => goals.stateOf(goal));
}

function toApplied(name: string): AppliedJob {
  return {
    ...{ name, job_id: name, action: "start", is_new: true, is_wanted: true, run: 1, changed: [] },
  };
}

function toView(name: string, { needs, problem = undefined, ...rest }: Told): JobView {
  const waiting = needs === undefined
    ? {}
    : { waiting_for: [{ job: needs, for: "ready", problem: problem ?? null }] };
  const view = { id: name, name, run: 1, status: "running", desired: "up", ready: false };
  return { ...view, ...waiting, ...rest } as JobView;
}

/** Jobs in levels, each of which waits for all of the level below; the first level is started and not ready. */
function levelsOf({ levels, width }: { levels: number; width: number }) {
  const names = Array.from(
    { length: levels },
    (_, level) => Array.from({ length: width }, (_, at) => `${level}-${at}`),
  );
  const goals = new UpGoals(
    names.flat().map(toApplied),
    new Set(),
  );
  const see = (name: string, view: Partial<JobView>) =>
    goals.see({ id: name, name, run: 1, desired: "up", ready: false, ...view } as JobView);
  names.forEach((level, index) =>
    level.forEach((name) => {
      const waiting_for = names[index - 1]?.map((job) => ({ job, for: "ready", problem: null }));
      if (waiting_for === undefined) see(name, { status: "running" });
      else see(name, { status: "exited", run: 0, waiting_for } as Partial<JobView>);
    })
  );
  return { goals, see, top: goals.find(`${levels - 1}-0`)! };
}

Deno.test("UpGoals know how a job is whose needs have many needs in common, at once", () => {
  const { goals, see, top } = levelsOf({ levels: 40, width: 4 });
  assertEquals(goals.areSettled, false);
  assertEquals(goals.stateOf(top), "pending");
  see("0-0", { status: "running", unready_reason: "not ready within 1s" });
  assertEquals(goals.stateOf(top), "stuck");
  see("0-0", { status: "running", ready: true });
  assertEquals(goals.stateOf(top), "pending");
});

Deno.test("UpGoals know how the last of a long chain is", () => {
  const { goals } = levelsOf({ levels: 5_000, width: 1 });
  assertEquals(goals.areSettled, false);
});

Deno.test("UpGoals take jobs that wait for each other, by news of different times, for pending", () => {
  const { goals, see, top } = levelsOf({ levels: 2, width: 1 });
  see("0-0", { status: "exited", waiting_for: [{ job: "1-0", for: "ready", problem: null }] });
  assertEquals([goals.stateOf(top), goals.areSettled], ["pending", false]);
});

Deno.test("what becomes of a job of an up, by what is told of it", () => {
  const down: Told = { status: "failed", desired: "down", exit_code: 1 };
  const waits: Told = { status: "stopped", needs: "a", run: 0 };
  const cases: [Record<string, Told>, GoalState[], string[]?][] = [
    [{ a: {} }, ["pending"]],
    [{ a: { ready: true } }, ["ready"]],
    [{ a: { unready_reason: "not ready within 1s" } }, ["failed"]],
    [{ a: { status: "backoff" } }, ["pending"]],
    [{ a: down }, ["failed"]],
    [{ a: { run: 0, status: "stopping" } }, ["pending"]],
    [{ a: {} }, ["pending"], ["a"]],
    [{ a: { status: "exited", desired: "down", exit_code: 0 } }, ["done"], ["a"]],
    [{ a: { status: "exited", desired: "down", exit_code: 0 } }, ["failed"]],
    [{ a: {}, b: waits }, ["pending", "pending"]],
    // That it has ended the daemon tells, that it is up and will not be ready nobody but we.
    [{ a: down, b: { ...waits, problem: "failed (1)" } }, ["failed", "stuck"]],
    [{ a: { unready_reason: "x" }, b: waits }, ["failed", "stuck"]],
    [{ a: { unready_reason: "x" }, b: waits, c: { ...waits, needs: "b" } }, [
      ...["failed", "stuck", "stuck"] as const,
    ]],
    [{ a: { ...waits, needs: "b" }, b: waits }, ["pending", "pending"]],
    [{ b: { ...waits, needs: "elsewhere" } }, ["pending"]],
  ];
  for (const [told, states, tasks] of cases) assertEquals(statesOf(told, tasks), states);
});

Deno.test("what was waited for is looked at anew with everything that is told", () => {
  const goals = new UpGoals(["a", "b"].map(toApplied), new Set());
  const states = () => goals.all.map((goal) => goals.stateOf(goal));
  const waits = toView("b", { needs: "a", status: "stopped", run: 0 });
  for (const view of [toView("a", { unready_reason: "late" }), waits]) goals.see(view);
  assertEquals([states(), goals.areSettled], [["failed", "stuck"], true]);
  goals.see(toView("a", { ready: true }));
  assertEquals([states(), goals.areSettled], [["ready", "pending"], false]);
  goals.seeRemoved({ id: "a" });
  assertEquals(states(), ["pending"]);
});

Deno.test("hasBegun() is true as soon as the run that is meant is there", () => {
  const goals = new UpGoals(["a"].map(toApplied), new Set());
  const hasAll = () => goals.all.map(hasBegun);
  const seen = [hasAll()];
  for (const run of [0, 1, 2]) {
    goals.see(toView("a", { run }));
    seen.push(hasAll());
  }
  assertEquals(seen.flat(), [false, false, true, true]);
});
