import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../../base/app_error.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { runScript } from "../../../tests/support/spawned_run.ts";
import {
  bootId,
  isSameProcess,
  type ProcessIdentity,
  readIdentity,
  signalGroup,
  signalProcess,
} from "./process_identity.ts";

Deno.test("F60 readIdentity() recognises a process and nobody after it", async () => {
  await using run = runScript("echo READY; exec sleep 1000");
  await run.announced();
  assertEquals(readIdentity(run.shimPid), run.shim);
  assert(isSameProcess(run.shim));
  assert(!isSameProcess({ ...run.shim, startTime: "1" }));
  assert(!isSameProcess({ ...run.shim, bootId: "another boot" }));
});

Deno.test("readIdentity() takes a zombie for gone", async () => {
  await using run = runScript("exit 0");
  await eventually("a zombie", () => readIdentity(run.shimPid) === undefined);
  assert(!isSameProcess(run.shim));
  assertEquals(Deno.readTextFileSync(`/proc/${run.shimPid}/stat`).includes(") Z "), true);
});

Deno.test("readIdentity() finds nothing for what is no pid", () => {
  for (const pid of [0, -1, 1.5, NaN, 2 ** 31, 999_999_999]) {
    assertEquals(readIdentity(pid), undefined);
  }
});

Deno.test("bootId() names this boot", () => {
  assertEquals(bootId(), bootId());
  assert(bootId().length > 30, bootId());
});

Deno.test("signalProcess() reaches exactly the process that is meant", async () => {
  await using run = runScript("echo READY; exec sleep 1000");
  await run.announced();
  const [command] = run.members();
  const identity = readIdentity(command!.pid)!;
  assertEquals(signalProcess({ ...identity, startTime: "1" }, "KILL"), "gone");
  assertEquals(signalProcess({ ...identity, bootId: "another boot" }, "KILL"), "gone");
  assertEquals(signalProcess(identity, 0), "sent");
  assert(isSameProcess(identity));
  assertEquals(signalProcess(identity, "SIGKILL"), "sent");
  assertEquals(await run.ended(), "exit.137");
  assertEquals(signalProcess(identity, "KILL"), "gone");
});

Deno.test("F62 signals refuse init, everybody, and ourselves", () => {
  const own = readIdentity(Deno.pid)!;
  for (const pid of [Deno.pid, 1, 0, -1, -Deno.pid, 1.5, NaN]) {
    const identity: ProcessIdentity = readIdentity(pid) ?? { ...own, pid };
    assertEquals(signalProcess(identity, 0), "gone", String(pid));
    assertEquals(signalGroup(identity, 0), "gone", String(pid));
  }
});

Deno.test("signals reject what is no signal", () => {
  const error = assertThrows(() => signalProcess(readIdentity(Deno.ppid)!, "NOPE"), AppError);
  assertEquals(error.code, "usage.bad_signal");
});

Deno.test("F64 signalGroup() reaches all of the group and spares the shim from KILL", async () => {
  await using run = runScript("trap '' TERM; sleep 1000 & sleep 1000 & echo READY; wait");
  await run.announced();
  await eventually("three processes", () => run.members().length === 3);
  assertEquals(signalGroup(run.shim, "KILL"), "sent");
  assertEquals(await run.ended(), "exit.137");
  await eventually("nobody left", () => run.members().length === 0);
  assertEquals(signalGroup(run.shim, "KILL"), "gone");
});

Deno.test("signalGroup() spares the shim from what it cannot catch", async () => {
  for (const signal of ["SEGV", "SYS", "RTMIN+2"]) {
    await using run = runScript("ulimit -c 0; echo READY; exec sleep 1000");
    await run.announced();
    assertEquals(signalGroup(run.shim, signal), "sent");
    assert((await run.ended()).startsWith("exit.1"), signal);
  }
});

Deno.test("signalGroup() stops and continues shim and command alike", async () => {
  await using run = runScript("echo READY; exec sleep 1000");
  await run.announced();
  const states = () =>
    [run.shimPid, ...run.members().map((entry) => entry.pid)].map((pid) =>
      /\) (.) /.exec(Deno.readTextFileSync(`/proc/${pid}/stat`))![1]
    ).join("");
  signalGroup(run.shim, "STOP");
  await eventually("both stopped", () => states() === "TT");
  signalGroup(run.shim, "CONT");
  await eventually("both going", () => states() === "SS");
});

Deno.test("signalGroup() reaches what a shim left behind, and no stranger's group", async () => {
  await using run = runScript("sleep 1000 & echo READY; exit 0");
  await run.ended();
  assertEquals(run.members().length, 1);
  assertEquals(signalGroup({ ...run.shim, bootId: "another boot" }, "TERM"), "gone");
  const stranger = { ...run.shim, startTime: String(2n ** 60n) };
  assertEquals(signalGroup(stranger, "TERM"), "gone", "older than its leader");
  assertEquals(signalGroup(run.shim, "TERM"), "sent");
  await eventually("nobody left", () => run.members().length === 0);
});

Deno.test("signalGroup() does not touch an orphaned group without our marks", async () => {
  await using run = runScript("env -i /bin/sleep 1000 & echo READY; exit 0");
  await run.ended();
  const [orphan] = [...Deno.readDirSync("/proc")].filter((entry) => {
    if (!/^\d+$/.test(entry.name)) return false;
    try {
      return Deno.readTextFileSync(`/proc/${entry.name}/stat`).split(") ").at(-1)!
        .split(" ")[3] === String(run.shimPid);
    } catch {
      return false;
    }
  });
  assert(orphan !== undefined);
  await eventually(
    "it has cleared its environment",
    () => Deno.readTextFileSync(`/proc/${orphan.name}/environ`) === "",
  );
  assertEquals(signalGroup(run.shim, "TERM"), "gone");
  assertEquals(signalProcess(readIdentity(Number(orphan.name))!, "KILL"), "sent");
});

Deno.test("signalGroup() refuses the group that we ourselves are in", () => {
  const group = Number(
    Deno.readTextFileSync("/proc/self/stat").split(") ").at(-1)!.split(" ")[2],
  );
  const leader = readIdentity(group);
  if (leader !== undefined) assertEquals(signalGroup(leader, 0), "gone");
});
