import { assertEquals } from "@std/assert";
import { keepWithin } from "../../logs/bound.ts";
import { LogBox } from "../../logs/testdata/log_box.ts";
import { openLibc } from "../../platform/libc.ts";
import { systemClock as clock } from "../../platform/system_clock.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import { createProbe } from "../readiness/create_probe.ts";
import { LogProbe } from "../readiness/log_probe.ts";
import { Holds } from "./holds.ts";
import { createJobProbeWorld } from "./job_probe_world.ts";

// Stays open for good, which is a leak only when a test opens it.
openLibc();

const LIMIT = 256 * 1_024;
const FLOOD = `${"x".repeat(79)}\n`.repeat(10_000);

/** A run whose output is looked through for a line, and bounded meanwhile. */
function openProbe(regex: string) {
  const box = new LogBox();
  const holds = new Holds();
  const probed = {
    record: { ports: null, portNumbers: null } as JobRecord,
    run: { runId: "V3x-1", jobId: "V3x", run: 1 } as RunRecord,
    sinceMs: 0,
  };
  const world = createJobProbeWorld(probed, {
    ...{ clock, holds, host: { files: () => box.paths }, portsOf: () => [] },
    tryCommand: () => Promise.reject(new Error("nothing to try")),
    portOf: () => undefined,
  });
  const probe = createProbe({ kind: "log", regex }, world, clock);
  const isReady = async () => (await probe.try(new AbortController().signal)).isReady;
  const bound = () => {
    const holdOffset = holds.least("V3x-1")?.stdoutOffset;
    const { stdout: path, stdoutBase: basePath } = box.paths;
    return keepWithin({ path, basePath }, LIMIT, { holdOffset }).outcome;
  };
  return {
    box,
    holds,
    world,
    probe,
    isReady,
    bound,
    [Symbol.dispose]: () => box[Symbol.dispose](),
  };
}

Deno.test("nothing is cut off an output before it was looked through for the line that makes it ready", async () => {
  using its = openProbe("^serving$");
  its.box.append("stdout", `serving\n${FLOOD}`);
  assertEquals(its.bound(), "held");
  assertEquals(await its.isReady(), true);
  its.probe[Symbol.dispose]();
  assertEquals(its.holds.least("V3x-1"), undefined);
});

Deno.test("an output that has no such line is bounded as it is read", async () => {
  using its = openProbe("^serving$");
  its.box.append("stdout", FLOOD);
  assertEquals(await its.isReady(), false);
  const outcome = its.bound();
  if (outcome === "unsupported") return;
  assertEquals(outcome, "cut");
  its.box.append("stdout", `${FLOOD}serving\n${FLOOD}`);
  assertEquals(await its.isReady(), true);
  its.probe[Symbol.dispose]();
});

Deno.test("an output is not held for a pattern that was given up", async () => {
  using its = openProbe("^serving$");
  its.box.append("stdout", FLOOD);
  const givenUp = new LogProbe({
    matches: () => Promise.reject(new Error("it takes too long")),
    [Symbol.dispose]() {},
  }, its.world);
  its.probe[Symbol.dispose]();
  assertEquals(its.holds.least("V3x-1")?.stdoutOffset, 0);
  assertEquals((await givenUp.try(new AbortController().signal)).isReady, false);
  assertEquals(its.holds.least("V3x-1"), undefined);
  givenUp[Symbol.dispose]();
});
