import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { runScript } from "../../../tests/support/spawned_run.ts";
import { startOfOwnChild } from "../own_children.ts";
import { ProcessSnapshot, recentSnapshot, takeSnapshot } from "./process_snapshot.ts";

const ENTRY = { pgrp: 0, state: "S", startTime: "1", comm: "x" };

Deno.test("a snapshot finds by pid, parent and session", () => {
  const entries = [
    { ...ENTRY, pid: 10, ppid: 1, session: 10 },
    { ...ENTRY, pid: 11, ppid: 10, session: 10 },
    { ...ENTRY, pid: 12, ppid: 10, session: 12 },
  ];
  const snapshot = new ProcessSnapshot(entries);
  assertEquals(snapshot.get(11), entries[1]);
  assertEquals(snapshot.get(13), undefined);
  assertEquals(snapshot.childrenOf(10).map((entry) => entry.pid), [11, 12]);
  assertEquals(snapshot.inSession(10).map((entry) => entry.pid), [10, 11]);
  assertEquals(snapshot.inSession(99), []);
});

Deno.test("a snapshot is used again for a moment, and never for a run that was started after it", async () => {
  const first = takeSnapshot();
  const again = recentSnapshot();
  if (again !== undefined) assertStrictEquals(again, first);
  await eventually("it has become too old", () => recentSnapshot() === undefined);
  takeSnapshot();
  await using run = runScript("exec sleep 1000");
  assertEquals(recentSnapshot(startOfOwnChild(run.shimPid)), undefined);
  assert(takeSnapshot().get(run.shimPid) !== undefined);
});

Deno.test("nobody is overlooked by whoever asks right after the start, again and again", async () => {
  for (let attempt = 0; attempt < 30; attempt++) {
    takeSnapshot();
    await using run = runScript("setsid sleep 1000 >/dev/null 2>&1 & exit 0");
    // As the daemon does: it may call a run over only when the marker says so and nobody is left.
    await eventually("its end", () => {
      run.members();
      return run.markers().includes("exit.0");
    });
    const names = run.members().map((entry) => entry.comm);
    assertEquals(names.length, 1, names.join());
  }
});
