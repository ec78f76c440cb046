import { assert, assertEquals } from "@std/assert";
import { CAN_JUMP } from "../support/jumping_clock.ts";
import { CAN_MOUNT } from "./harms.ts";
import { torture } from "./torture.ts";

Deno.test("F01 F02 F17 F86 F100 F123 random commands under random deaths, full disks and clocks that jump leave what the model says: a fixed seed", async () => {
  const report = await torture({ seed: 20_261_195, rounds: 15 });
  const told = JSON.stringify(report);
  assertEquals(report.commands, 60, told);
  assert(report.daemonKills > 0, told);
  assert(report.looks > 10 && report.left > 0, told);
  assert(report.spoiledStates > 0, told);
  assert(report.leases > 0, told);
  assert(report.projectCommands > 0 && report.flips > 0, told);
  assertEquals(report.fullDisks > 0, CAN_MOUNT, told);
  // Whether a run of such a day is among those that are there in the end, is chance.
  assertEquals(report.clockJumps > 0, CAN_JUMP, told);
});
