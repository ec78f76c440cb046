import { assertEquals } from "@std/assert";
import { basePathOf, runLogPaths, runOfLogFile } from "./log_paths.ts";

Deno.test("runLogPaths() names the files of a run, and runOfLogFile() knows them again", () => {
  const paths = runLogPaths("/state/logs", "V3x", 12);
  assertEquals(paths.stdout, "/state/logs/V3x/12.stdout.log");
  assertEquals(basePathOf(paths.stderr), paths.stderrBase);
  for (const path of Object.values(paths)) assertEquals(runOfLogFile(path.split("/").at(-1)!), 12);
  for (
    const name of [
      "12.stdout.drops",
      "12.stderr.drops",
      "12.stdout.drops.4096",
      "12.stderr.drops.?",
    ]
  ) {
    assertEquals(runOfLogFile(name), 12, name);
  }
});

Deno.test("runOfLogFile() knows nothing else", () => {
  for (
    const name of [
      "0.ticks",
      "x.ticks",
      "1.ticks.tmp",
      "1.stdout.base.trial",
      "1.log",
      "notes",
      "1.stdout.drops.x",
    ]
  ) {
    assertEquals(runOfLogFile(name), undefined, name);
  }
});
