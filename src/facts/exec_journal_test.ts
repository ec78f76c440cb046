import { assertEquals } from "@std/assert";
import { openExecJournal, takeCutOffExecs } from "./exec_journal.ts";

Deno.test("takeCutOffExecs() finds the execs that were noted and not forgotten, once", () => {
  const root = Deno.makeTempDirSync({ prefix: "imp-x-" });
  try {
    const directory = `${root}/execs`;
    assertEquals(takeCutOffExecs(directory), []);
    const journal = openExecJournal(directory);
    for (const id of ["exec.7.1", "exec.7.2", "exec.7.3"]) journal.note(id);
    journal.forget("exec.7.2");
    // Written half by a daemon that was killed, and not ours.
    Deno.writeTextFileSync(`${directory}/exec.7.4.0a1b2c3d.tmp`, "");
    Deno.writeTextFileSync(`${directory}/README`, "");
    assertEquals(takeCutOffExecs(directory).sort(), ["exec.7.1", "exec.7.3"]);
    assertEquals(takeCutOffExecs(directory), []);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["README"]);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});
