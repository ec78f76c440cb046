import { assert, assertEquals } from "@std/assert";
import {
  type Effect,
  JOB_MACHINE,
  type MachineEvent,
  type Phase,
  toPhase,
  toStatus,
} from "./job_machine.ts";
import { isUp } from "../../protocol/job_status.ts";
import fc from "fast-check";

const PHASES = Object.keys(JOB_MACHINE) as Phase[];
const EVENTS = Object.keys(JOB_MACHINE.running) as MachineEvent[];

/** The whole table, one line a pair, so that a change of any cell is seen in review. */
const GOLDEN = `
starting start -> starting up
starting stop -> stopping down begin_stop
starting restart -> restarting up begin_stop
starting suspend -> stopping begin_stop
starting spawned -> running
starting spawn_failed -> failed down
starting ended_ok -> exited down
starting ended_bad -> failed down
starting ended_unknown -> lost down
starting ended_again -> backoff schedule_start
running start -> running up
running stop -> stopping down begin_stop
running restart -> restarting up begin_stop
running suspend -> stopping begin_stop
running ended_ok -> exited down
running ended_bad -> failed down
running ended_unknown -> lost down
running ended_again -> backoff schedule_start
stopping start -> restarting up
stopping stop -> stopping down
stopping restart -> restarting up
stopping spawn_failed -> stopped
stopping ended_ok -> stopped
stopping ended_bad -> stopped
stopping ended_unknown -> stopped
stopping ended_again -> stopped
restarting start -> restarting up
restarting stop -> stopping down
restarting restart -> restarting up
restarting suspend -> stopping
restarting spawn_failed -> starting spawn
restarting ended_ok -> starting spawn
restarting ended_bad -> starting spawn
restarting ended_unknown -> starting spawn
restarting ended_again -> starting spawn
backoff start -> starting up cancel_start spawn
backoff stop -> stopped down cancel_start
backoff restart -> starting up cancel_start spawn
backoff suspend -> stopped cancel_start
backoff backoff_elapsed -> starting spawn
stopped start -> starting up spawn
stopped stop -> stopped down
stopped restart -> starting up spawn
exited start -> starting up spawn
exited stop -> exited down
exited restart -> starting up spawn
failed start -> starting up spawn
failed stop -> failed down
failed restart -> starting up spawn
lost start -> starting up spawn
lost stop -> lost down
lost restart -> starting up spawn`;

Deno.test("JOB_MACHINE has a cell for every phase and event, and each is as agreed", () => {
  const lines: string[] = [];
  for (const phase of PHASES) {
    for (const event of EVENTS) {
      const cell = JOB_MACHINE[phase][event];
      assert(PHASES.includes(cell.to), `${phase} ${event}`);
      const words = [cell.to, cell.desired, ...cell.effects].filter((word) => word !== undefined);
      const idle = words.length === 1 && cell.to === phase;
      if (!idle) lines.push(`${phase} ${event} -> ${words.join(" ")}`);
    }
  }
  assertEquals(PHASES.length * EVENTS.length, 99);
  const sorted = (text: string[]) => [...text].sort();
  assertEquals(sorted(lines), sorted(GOLDEN.trim().split("\n")));
});

Deno.test("JOB_MACHINE never runs a job twice, and never stops what does not run, whatever happens", () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 60 }), (events) => {
    let phase: Phase = "stopped";
    let hasRun = false;
    let hasBegun = false;
    let pending = false;
    for (const event of events) {
      // The world answers only for a run that exists, and a timer rings only when it was set.
      const ends = event.startsWith("ended_") || event === "spawn_failed" || event === "spawned";
      if (ends && !hasRun) continue;
      if (event === "spawn_failed" && hasBegun) continue;
      if (event === "spawned") hasBegun = true;
      if (event === "backoff_elapsed" && !pending) continue;
      if (event === "backoff_elapsed") pending = false;
      if (event.startsWith("ended_") || event === "spawn_failed") hasRun = false;
      const cell: { to: Phase; effects: readonly Effect[] } = JOB_MACHINE[phase][event];
      for (const effect of cell.effects) {
        if (effect === "spawn") {
          assert(!hasRun, `${phase} ${event}: a second run`);
          hasRun = true;
          hasBegun = false;
        } else if (effect === "begin_stop") assert(hasRun, `${phase} ${event}: nothing to stop`);
        else if (effect === "schedule_start") pending = true;
        else pending = false;
      }
      phase = cell.to;
      const live = phase === "starting" || phase === "running" || phase === "stopping" ||
        phase === "restarting";
      assertEquals(hasRun, live, `${phase} after ${event}`);
      assertEquals(pending, phase === "backoff", `${phase} after ${event}`);
      assertEquals(isUp(toStatus(phase)), live || phase === "backoff");
    }
  }));
});

Deno.test("toPhase() knows a restart from a stop by what the user wants", () => {
  assertEquals(toPhase("stopping", "up"), "restarting");
  assertEquals(toPhase("stopping", "down"), "stopping");
  assertEquals(toPhase("running", "up"), "running");
});
