import { assertEquals } from "@std/assert";
import { progressPercent, sumUpRuns } from "./run_statistics.ts";

const run = (outcome: string, durationMs: number | null) => ({ outcome, durationMs });

Deno.test("sumUpRuns() tells of runs how many went well, and how long they took", () => {
  const nothing = {
    success_percent: null,
    average_duration_ms: null,
    shortest_duration_ms: null,
    longest_duration_ms: null,
    usual_duration_ms: null,
  };
  assertEquals(sumUpRuns([]), nothing);
  assertEquals(sumUpRuns([run("running", null)]), nothing);
  const one = { average_duration_ms: 10, shortest_duration_ms: 10, longest_duration_ms: 10 };
  assertEquals(sumUpRuns([run("exited", 10)]), { ...nothing, ...one, success_percent: 100 });
  assertEquals(sumUpRuns([run("stopped", 10)]), { ...nothing, ...one }, "nobody let it end");
  assertEquals(
    sumUpRuns([
      run("running", null),
      run("exited", 30),
      run("failed", 5),
      run("exited", 10),
      run("lost", 1_000),
      run("exited", 20),
    ]),
    {
      success_percent: 75,
      average_duration_ms: 213,
      shortest_duration_ms: 5,
      longest_duration_ms: 1_000,
      usual_duration_ms: 20,
    },
  );
});

Deno.test("progressPercent() never says that a run is done while it goes on", () => {
  const cases: [number, number | null, number | null][] = [
    [0, 100, 0],
    [-5, 100, 0],
    [50, 100, 50],
    [99.9, 100, 99],
    [5_000, 100, 99],
    [50, null, null],
    [50, 0, null],
  ];
  for (const [elapsedMs, usualMs, percent] of cases) {
    assertEquals(progressPercent(elapsedMs, usualMs), percent);
  }
});
