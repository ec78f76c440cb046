import { readCommandLine } from "./command_line.ts";
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { runScript, TEST_JOB, TEST_STATE_DIR } from "../../../tests/support/spawned_run.ts";
import { signalProcess } from "./process_identity.ts";
import { childrenOf, findMarked, findShim, membersOfRun } from "./process_tree.ts";
import { readMarks } from "./run_marks.ts";

Deno.test("membersOfRun() finds children, grandchildren, setsid and double forks, not the shim", async () => {
  await using run = runScript(`
    sleep 1001 &
    (sh -c 'sleep 1002; :') &
    setsid sleep 1003 &
    (setsid sh -c 'sleep 1004; :' &)
    (env -i setsid sh -c '/bin/sleep 1005; :') &
    echo READY; wait`);
  await run.announced();
  const sleeps = () => run.members().filter((entry) => entry.comm === "sleep").length;
  await eventually("all of them", () => sleeps() === 5, {
    explain: () => JSON.stringify(run.members()),
  });
  const pids = run.members().map((entry) => entry.pid);
  assertEquals(new Set(pids).size, pids.length);
  assert(!pids.includes(run.shimPid));
});

Deno.test("membersOfRun() finds what is left when the shim is gone", async () => {
  await using run = runScript(
    "sleep 1001 & (setsid env -i /bin/sleep 1002 &); setsid sleep 1003 & echo READY",
  );
  await run.ended();
  // The one without marks in a session of its own has no parent any more that would lead to it.
  await eventually("both", () => run.members().length === 2);
  const leftover = findMarked(TEST_STATE_DIR).filter((it) => it.runId === run.runId);
  assertEquals(leftover.map((it) => it.pid).sort(), run.members().map((it) => it.pid).sort());
  const { pid, startTime } = await eventually("the lost one", () => findLost());
  assertEquals(signalProcess({ pid, startTime, bootId: run.shim.bootId }, "KILL"), "sent");
});

function findLost() {
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (Deno.readTextFileSync(`/proc/${name}/cmdline`) !== "/bin/sleep\x001002\0") continue;
      const fields = Deno.readTextFileSync(`/proc/${name}/stat`).split(") ").at(-1)!.split(" ");
      return { pid: Number(name), startTime: fields[19]! };
    } catch {
      continue;
    }
  }
  return undefined;
}

Deno.test("membersOfRun() leaves strangers alone when the shim's pid is another process by now", async () => {
  await using stranger = runScript("sleep 1001 & echo READY; wait");
  await stranger.announced();
  const found = membersOfRun({
    shimPid: stranger.shimPid,
    shimIdentity: { ...stranger.shim, startTime: "1" },
    stateDir: TEST_STATE_DIR,
    runId: "Xyz-1",
  });
  assertEquals(found, []);
});

Deno.test("membersOfRun() goes by the daemon too, not by the run alone", async () => {
  await using run = runScript("setsid sleep 1001 & echo READY; wait");
  await run.announced();
  const options = { shimPid: 0, runId: run.runId };
  assertEquals(membersOfRun({ ...options, stateDir: "another" }), []);
  await eventually(
    "both",
    () => membersOfRun({ ...options, stateDir: TEST_STATE_DIR }).length === 2,
  );
});

Deno.test("findShim() finds the shim that nobody wrote down", async () => {
  await using run = runScript("setsid sleep 1001 & echo READY; wait");
  await run.announced();
  const { runId, shimPid } = run;
  // It may go by a look from before this run began, as no daemon can: what it looks for was another daemon's.
  await eventually("it", () => findShim({ stateDir: TEST_STATE_DIR, runId }) === shimPid);
  assertEquals(findShim({ stateDir: "another", runId: run.runId }), undefined);
  assertEquals(findShim({ stateDir: TEST_STATE_DIR, runId: "Xyz-1" }), undefined);
  await eventually(
    "no shim",
    () =>
      !membersOfRun({ shimPid: 0, stateDir: TEST_STATE_DIR, runId: run.runId })
        .some((entry) => entry.pid === run.shimPid),
  );
});

Deno.test("readMarks() reads whole entries only", async () => {
  await using run = runScript("echo READY; exec sleep 1000", {
    env: { AAA: "IMP_RUN_ID=fake", ZZZ: "x\nIMP_STATE_DIR=fake" },
  });
  await run.announced();
  const pid = childrenOf(run.shimPid)[0]!;
  assertEquals(readMarks(pid), { stateDir: TEST_STATE_DIR, jobId: TEST_JOB, runId: run.runId });
  assertEquals(readMarks(Deno.pid), undefined);
  assertEquals(readMarks(999_999_999), undefined);
});

Deno.test("childrenOf() lists living children only", async () => {
  await using run = runScript("sleep 1000 & echo READY; wait");
  await run.announced();
  const [command, ...others] = childrenOf(run.shimPid);
  assertEquals(others, []);
  const [sleep] = childrenOf(command!);
  const found = run.members().find((it) => it.pid === sleep)!;
  assertEquals(signalProcess({ ...found, bootId: run.shim.bootId }, "KILL"), "sent");
  await eventually("no children", () => childrenOf(command!).length === 0);
  assertEquals(childrenOf(999_999_999), []);
});

Deno.test("membersOfRun() takes the shim's child for the command only once it is that", async () => {
  for (let attempt = 0; attempt < 30; attempt++) {
    await using run = runScript("while :; do sleep 1000; done");
    const members = await eventually("its command", () => {
      const found = run.members();
      return found.length > 0 && found;
    });
    for (const { pid } of members) assert(!readCommandLine(pid).includes("imp-shim"), String(pid));
  }
});
