import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseRunId } from "../base/ids.ts";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import { SqliteDatabase } from "../platform/sqlite.ts";
import { systemClock } from "../platform/system_clock.ts";
import { JOB_COLUMNS } from "./job_record.ts";
import { RUN_COLUMNS } from "./run_record.ts";
import { openStore, type Store } from "./store.ts";
import { sampleJob, sampleRun } from "./testdata/sample_records.ts";

/** What damage, other programs and older releases may leave in a column, as SQL. */
const HOSTILE = [
  "''",
  "'FOO'",
  "'relative/path'",
  "'a' || char(0) || 'b'",
  "'../../../etc'",
  "'null'",
  "'[]'",
  "'[1,2]'",
  "'{}'",
  '\'{"A=B":"x"}\'',
  '\'{"__proto__":{"x":1}}\'',
  "'{'",
  "-5",
  "-1",
  "1.5",
  "1e300",
  "9e999",
  "9223372036854775807",
  "x'00ff'",
  "CAST(x'61ff62' AS TEXT)",
  "printf('%.*c', 100000, 'x')",
];

/** A store with a job that is sound, and one for each hostile value, whose rows can be made bad. */
class BadBox implements Disposable {
  readonly #dir = Deno.makeTempDirSync({ prefix: "imp-b-" });
  readonly #path = `${this.#dir}/state.db`;
  readonly said: Record<string, unknown>[] = [];

  constructor() {
    using store = this.open();
    store.transaction(() => {
      for (const id of ["good", ...HOSTILE.map((_, index) => badId(index))]) {
        store.jobs.insert(sampleJob({ id, run: 2 }));
        for (const run of [1, 2]) store.runs.insert(sampleRun({ jobId: id, run }));
        store.events.append({ event: "job_added", time: TIME, job_id: id, data: {} });
      }
    });
  }

  open(): Store {
    const error = (_: string, fields?: Record<string, unknown>) => void this.said.push(fields!);
    return openStore(this.#path, { clock: systemClock, logger: { ...silentLogger, error } });
  }

  /** Returns the values that the table takes there. */
  spoil(table: string, column: string, whereOf: (index: number) => string): string[] {
    using database = new SqliteDatabase(this.#path, { busyTimeoutMs: 100 });
    database.exec("PRAGMA foreign_keys = OFF");
    return HOSTILE.filter((value, index) => {
      try {
        database.exec(`UPDATE ${table} SET ${column} = ${value} WHERE ${whereOf(index)}`);
        return true;
      } catch {
        return false;
      }
    });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#dir, { recursive: true });
  }
}

const TIME = "2026-11-28T12:00:00.000Z";
const GOOD = sampleJob({ id: "good", run: 2 });

function badId(index: number): string {
  return `bad${"ABCDEFGHJKLMNPQRSTUVWXYZ"[index]}`;
}

Deno.test("A2 whatever a column of jobs holds, that job can be shown, defined anew and removed, and the others are untouched", () => {
  for (const column of Object.values(JOB_COLUMNS)) {
    using box = new BadBox();
    const taken = box.spoil("jobs", column, (index) => `id = '${badId(index)}'`);
    assert(taken.length > 5, column);
    using store = box.open();
    const jobs = store.jobs.all();
    assertEquals(jobs.length, HOSTILE.length + 1, column);
    assertEquals(jobs.find(({ id }) => id === "good"), GOOD, column);
    assertEquals(new Set(jobs.map(({ id }) => id)).size, jobs.length, column);
    for (const bad of jobs.filter(({ id }) => id !== "good")) {
      assert(parseRunId(`${bad.id}-1`), column);
      checkUsable(bad, column);
      const { fault: _, ...mended } = { ...bad, reason: "mended" };
      store.jobs.update(mended);
      assertEquals(store.jobs.get(bad.id), mended, column);
      assert(store.jobs.delete(bad.id), column);
    }
    assertEquals(store.jobs.all(), [GOOD], column);
  }
});

/** What everybody may do with every record. */
function checkUsable(job: ReturnType<Store["jobs"]["all"]>[number], what: string): void {
  new Date(job.createdAtMs).toISOString();
  new Date(job.nextStartAtMs ?? 0).toISOString();
  assert(job.command.length > 0 && job.command.every((word) => typeof word === "string"), what);
  assert(job.workdir.startsWith("/"), what);
  assert(Object.values(job.env).every((value) => typeof value === "string"), what);
  assert(Number.isSafeInteger(job.run) && job.run >= 0, what);
  if (job.fault !== undefined) assertEquals(job.restart, { mode: "no" }, what);
}

Deno.test("A2 what a row of jobs was asked to be is kept until it is defined anew", () => {
  using box = new BadBox();
  const [bad, index] = [badId(1), 1];
  assertEquals(HOSTILE[index], "'FOO'");
  box.spoil("jobs", "stop_signal", (each) => `id = '${bad}' AND ${each} = ${index}`);
  for (const status of ["running", "exited"] as const) {
    using store = box.open();
    const record = store.jobs.all().find(({ id }) => id === bad)!;
    assertEquals([record.status, record.fault?.fields], [status, ["stopSignal"]]);
    assertEquals(record.stopSignal, "SIGTERM");
    assertStringIncludes(record.fault!.problem, "stop_signal must be a signal");
    store.jobs.update({ ...record, status: "exited" });
  }
  assertEquals(box.said.map(({ table, key }) => [table, key]), [["jobs", bad], ["jobs", bad]]);
});

Deno.test("A2 what is not known of a job that is stored stays unknown", () => {
  using box = new BadBox();
  {
    using store = box.open();
    const fault = { fields: ["env", "umask", "restart", "workdir"], problem: "lost" } as const;
    store.jobs.insert(sampleJob({ id: "found", fault }));
  }
  using store = box.open();
  const found = store.jobs.get("found")!;
  assertEquals([...found.fault!.fields].sort(), ["env", "restart", "umask", "workdir"]);
  assertEquals([found.env, found.name], [{}, "api"]);
});

Deno.test("A2 whatever a column of runs holds, only that run is lost", () => {
  for (const column of Object.values(RUN_COLUMNS)) {
    using box = new BadBox();
    const taken = box.spoil("runs", column, (index) => `run_id = '${badId(index)}-2'`);
    assert(taken.length > 5, column);
    using store = box.open();
    store.runs.unfinished();
    assertEquals(store.runs.listByJob("good").length, 2, column);
    for (const index of HOSTILE.keys()) {
      const runs = store.runs.listByJob(badId(index));
      assert(runs.length <= 2 && runs.at(-1)!.run === 1, column);
      assertEquals(store.runs.latest(badId(index))?.run, runs[0]!.run, column);
      for (const { startedAtMs, finishedAtMs, shim } of runs) {
        new Date(startedAtMs).toISOString();
        new Date(finishedAtMs ?? 0).toISOString();
        BigInt(shim?.startTime ?? 0);
      }
    }
  }
});

Deno.test("A2 whatever a column of events holds, the others are replayed", () => {
  for (const column of ["event", "time", "job_id", "data"]) {
    using box = new BadBox();
    box.spoil("events", column, (index) => `seq = ${index + 2}`);
    using store = box.open();
    const events = store.events.since(0);
    assertEquals(events[0]?.job_id, "good", column);
    for (const { time, data } of events) {
      assert(!isNaN(Date.parse(time)) && typeof data === "object", column);
    }
    const next = { event: "x", time: TIME, job_id: null, data: {} };
    assertEquals(store.events.append(next), HOSTILE.length + 2);
  }
});
