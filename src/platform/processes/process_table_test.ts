import { assert, assertEquals } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { runScript } from "../../../tests/support/spawned_run.ts";
import { listProcesses, parseStat, readProcess } from "./process_table.ts";

const NUMBERS = "20 0 1 0 4321 5 77 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0";

Deno.test("F61 parseStat() reads after the last parenthesis, whatever the name holds", () => {
  for (const comm of ["sleep", "x) S 1 2", ") R 1 (", "a b\nc", "((", "", "))"]) {
    const line = `12 (${comm}) S 3 4 5 34816 -1 4194304 1 2 3 4 10 20 30 40 ${NUMBERS}\n`;
    const expected = { pid: 12, comm, state: "S", ppid: 3, pgrp: 4, session: 5, cpuTicks: 100 };
    assertEquals(parseStat(line), { ...expected, startTime: "4321", residentPages: 77 });
  }
});

Deno.test("parseStat() gives nothing for what is no such line", () => {
  for (const line of ["", "12", "12 (sleep", "12 (sleep) S 1 2"]) {
    assertEquals(parseStat(line), undefined);
  }
});

Deno.test("listProcesses() holds ourselves, once, and our parent", () => {
  const entries = listProcesses();
  const own = entries.filter((entry) => entry.pid === Deno.pid);
  assertEquals(own.length, 1);
  assertEquals(own[0]!.ppid, Deno.ppid);
  assert(entries.some((entry) => entry.pid === Deno.ppid));
});

Deno.test("readProcess() is not misled by a program's name", async () => {
  const name = "x) R 1 1 (";
  await using run = runScript('cp /bin/sleep "./$NAME"; echo READY; exec "./$NAME" 1000', {
    env: { NAME: name },
  });
  await run.announced();
  const found = await eventually("its name", () => run.members().find((it) => it.comm === name));
  assertEquals(readProcess(found.pid)?.ppid, run.shimPid);
});
