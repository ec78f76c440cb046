import { assert, assertEquals } from "@std/assert";
import { runScript } from "../../../tests/support/spawned_run.ts";
import { childrenOf } from "./process_tree.ts";
import { listWriters, readWrittenFiles } from "./open_files.ts";

Deno.test("readWrittenFiles() tells what is open for writing, also when it was removed, and no reader's", async () => {
  await using run = runScript(
    "exec 3>written 4<written; : > gone; exec 5>gone; rm gone; echo READY; exec sleep 1000",
  );
  await run.announced();
  const [pid] = childrenOf(run.shimPid);
  const isHere = (path: string) => path.startsWith(`${run.dir}/`);
  const names = readWrittenFiles(pid!, isHere)!.map((path) => path.slice(run.dir.length + 1));
  const { runId } = run;
  assertEquals(names.sort(), [`${runId}/stderr`, `${runId}/stdout`, "gone", "written"]);
  const isWritten = (path: string) => path === `${run.dir}/written`;
  assertEquals([...listWriters(isWritten)], [pid]);
  assertEquals(readWrittenFiles(999_999_999, () => true), []);
});

Deno.test({
  name: "readWrittenFiles() does not know of whom it may not look at",
  ignore: Deno.build.os !== "linux" || Deno.uid() === 0,
  fn() {
    assertEquals(readWrittenFiles(1, () => true), undefined);
    assert(!listWriters(() => true).has(1));
  },
});
