import { assert, assertEquals } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { runScript } from "../../../tests/support/spawned_run.ts";
import { listProcesses, readProcess } from "./process_table.ts";

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
