import { assertEquals, assertThrows } from "@std/assert";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import { systemClock } from "../platform/system_clock.ts";
import { openStore } from "./store.ts";
import { readStoredJobs } from "./stored_state.ts";
import { sampleJob } from "./testdata/sample_records.ts";

const makeFifo = (path: string) => void new Deno.Command("mkfifo", { args: [path] }).outputSync();

/** What somebody may put there, and whether the jobs are still known then. */
const CASES = {
  "a directory in the place of the database": { name: "", put: Deno.mkdirSync, jobs: 0 },
  "a FIFO in the place of the database": { name: "", put: makeFifo, jobs: 0 },
  "a directory in the place of the log": { name: "-wal", put: Deno.mkdirSync, jobs: 1 },
  "a FIFO in the place of the log": { name: "-wal", put: makeFifo, jobs: 1 },
};

for (const [what, { name, put, jobs }] of Object.entries(CASES)) {
  Deno.test(`D3b openStore() moves ${what} aside, and goes on`, () => {
    const dir = Deno.makeTempDirSync();
    using _removed = { [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }) };
    const path = `${dir}/state.db`;
    const open = () => openStore(path, { clock: systemClock, logger: silentLogger });
    {
      using store = open();
      store.jobs.insert(sampleJob());
    }
    if (name === "") Deno.removeSync(path);
    put(path + name);
    assertThrows(() => readStoredJobs(path), Error, "Not a file");
    {
      using store = open();
      assertEquals(store.jobs.all().length, jobs);
      assertEquals(Deno.lstatSync(store.setAside!).isFile, false);
    }
    using again = open();
    assertEquals([again.setAside, again.jobs.all().length], [undefined, jobs]);
  });
}
