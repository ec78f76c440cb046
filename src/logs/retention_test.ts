import { assertEquals } from "@std/assert";
import { runLogPaths } from "./log_paths.ts";
import { removeJobLogs, removeRunLogs } from "./retention.ts";

/** A logs directory with runs of some jobs, gone at the end of the scope. */
function makeLogs(runs: Record<string, number[]>): Disposable & { dir: string } {
  const dir = Deno.makeTempDirSync();
  for (const [jobId, numbers] of Object.entries(runs)) {
    Deno.mkdirSync(`${dir}/${jobId}`);
    for (const run of numbers) {
      for (const path of Object.values(runLogPaths(dir, jobId, run))) {
        Deno.writeTextFileSync(path, "x");
      }
    }
  }
  return { dir, [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }) };
}

/** Which files are there of a job. */
function namesOf(logsDir: string, jobId: string): string[] {
  return Array.from(Deno.readDirSync(`${logsDir}/${jobId}`), ({ name }) => name);
}

Deno.test("removeRunLogs() removes the files of one run", () => {
  using logs = makeLogs({ V3x: [1, 11] });
  Deno.writeTextFileSync(`${logs.dir}/V3x/notes.txt`, "a user's");
  assertEquals(removeRunLogs(logs.dir, "V3x", 1), true);
  assertEquals(removeRunLogs(logs.dir, "V3x", 1), false);
  assertEquals(namesOf(logs.dir, "V3x").length, 6);
  assertEquals(Deno.readTextFileSync(`${logs.dir}/V3x/notes.txt`), "a user's");
});

Deno.test("removeJobLogs() removes a job's directory and nothing else", () => {
  using logs = makeLogs({ V3x: [1], k7Q: [1] });
  assertEquals(removeJobLogs(logs.dir, "V3x"), true);
  assertEquals(removeJobLogs(logs.dir, "V3x"), false);
  for (const id of ["..", ".", "", "k7Q/..", "/etc"]) {
    assertEquals(removeJobLogs(logs.dir, id), false);
  }
  assertEquals(namesOf(logs.dir, "k7Q").length, 5);
});

Deno.test("removeJobLogs() does not follow a link", () => {
  using logs = makeLogs({});
  using elsewhere = makeLogs({ k7Q: [1] });
  Deno.symlinkSync(`${elsewhere.dir}/k7Q`, `${logs.dir}/V3x`);
  removeJobLogs(logs.dir, "V3x");
  assertEquals(namesOf(elsewhere.dir, "k7Q").length, 5);
});
