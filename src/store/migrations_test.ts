import { assertEquals } from "@std/assert";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import { SqliteDatabase, type SqlRow } from "../platform/sqlite.ts";
import { systemClock } from "../platform/system_clock.ts";
import { migrate, readSchemaVersion, SCHEMA_VERSION } from "./migrations.ts";
import { openStore, type Store } from "./store.ts";

/** `testdata/schema_<n>.sql` is a whole database of each schema that was ever released. */
const VERSIONS = Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1);

function readGolden(version: number): string {
  return Deno.readTextFileSync(new URL(`testdata/schema_${version}.sql`, import.meta.url));
}

function openGolden(path: string, version: number): SqliteDatabase {
  const database = new SqliteDatabase(path, { busyTimeoutMs: 100 });
  database.exec(readGolden(version));
  return database;
}

/** Every table with its columns, and every index, without the way they are written. */
function shapeOf(database: SqliteDatabase): SqlRow[] {
  return database.all(`
    SELECT m.type, m.name, c.name AS field, c.type AS kind, c."notnull", c.dflt_value, c.pk
    FROM sqlite_master AS m LEFT JOIN pragma_table_info(m.name) AS c
    WHERE m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`);
}

/** Opens the store on a copy of the golden database. */
function withMigrated(version: number, check: (store: Store) => void): void {
  const dir = Deno.makeTempDirSync();
  try {
    openGolden(`${dir}/state.db`, version)[Symbol.dispose]();
    using store = openStore(`${dir}/state.db`, { clock: systemClock, logger: silentLogger });
    assertEquals(store.setAside, undefined);
    check(store);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

for (const version of VERSIONS) {
  Deno.test(`migrate() still makes schema ${version} as it was released`, () => {
    using golden = openGolden(":memory:", version);
    using made = new SqliteDatabase(":memory:", { busyTimeoutMs: 100 });
    migrate(made, version);
    assertEquals(shapeOf(made), shapeOf(golden));
    assertEquals(readSchemaVersion(golden), version);
  });

  Deno.test(`migrate() makes the current schema out of schema ${version}`, () => {
    using golden = openGolden(":memory:", version);
    using fresh = new SqliteDatabase(":memory:", { busyTimeoutMs: 100 });
    assertEquals(migrate(golden), version);
    migrate(fresh);
    assertEquals(shapeOf(golden), shapeOf(fresh));
    assertEquals(readSchemaVersion(golden), SCHEMA_VERSION);
    assertEquals(golden.all("PRAGMA foreign_key_check"), []);
  });
}

Deno.test("openStore() carries everything over from schema 1", () => {
  withMigrated(1, (store) => {
    const [api, nightly] = store.jobs.all();
    assertEquals(api, {
      id: "V3x",
      name: "api",
      description: null,
      command: ["deno", "task", "api"],
      workdir: "/home/ann/shop",
      env: { PATH: "/usr/bin:/bin", GREETING: "hällo\nwörld" },
      givenEnv: null,
      umask: 18,
      restart: { mode: "on-failure", max: 3 },
      stopSignal: "SIGTERM",
      stopTimeoutMs: 10_000,
      stopCommand: null,
      stdin: false,
      tty: false,
      terminalSize: null,
      surroundings: null,
      ready: null,
      health: null,
      schedule: null,
      timetable: null,
      memoryLimitBytes: null,
      logMaxBytes: null,
      runsKept: null,
      watch: null,
      ports: null,
      portNumbers: null,
      project: null,
      desired: "up",
      status: "running",
      reason: null,
      restarts: 1,
      tally: 0,
      run: 2,
      createdAtMs: 1_760_000_000_000,
      nextStartAtMs: null,
      awaitsChange: false,
      plan: null,
      owner: null,
      lease: null,
    });
    assertEquals([nightly?.id, nightly?.stdin, nightly?.status], ["k7Q", true, "exited"]);
    assertEquals(store.runs.unfinished().map((run) => run.runId), ["V3x-2"]);
    assertEquals(store.runs.listByJob("V3x").map((run) => run.signal), [null, "SIGSEGV"]);
    assertEquals(store.runs.get("V3x-1")?.process, { pid: 4101, startTime: "812", bootId: "b0" });
    assertEquals(store.events.since(0).map((event) => event.seq), [41]);
    assertEquals(store.events.lastSeq(), 42, "a number is never given twice");
  });
});

Deno.test("openStore() carries everything over from schema 2", () => {
  withMigrated(2, (store) => {
    const job = store.jobs.get("V3x")!;
    assertEquals([job.reason, job.nextStartAtMs, job.tally], ["exit code 1", 1_760_000_090_000, 2]);
    assertEquals(store.runs.latest("V3x")?.reason, "the machine was restarted");
  });
});

Deno.test("openStore() carries over from schema 7 what makes a job ready, and that a run was", () => {
  withMigrated(7, (store) => {
    const job = store.jobs.get("V3x")!;
    assertEquals(job.ready, { kind: "log", regex: "listening", within_ms: 30_000 });
    assertEquals(job.health, { kind: "tcp", port: 8080, then: "restart" });
    const { readyAtMs, unreadyReason } = store.runs.get("V3x-2")!;
    assertEquals([readyAtMs, unreadyReason], [1_760_000_061_500, "no answer"]);
  });
});

Deno.test("openStore() carries over from schema 8 what a job is limited to, and its stop command", () => {
  withMigrated(8, (store) => {
    const { memoryLimitBytes, logMaxBytes, runsKept, stopCommand } = store.jobs.get("V3x")!;
    assertEquals([memoryLimitBytes, logMaxBytes, runsKept], [536_870_912, 1_048_576, 3]);
    assertEquals(stopCommand, ["make", "down"]);
  });
});

Deno.test("openStore() carries over from schema 8 what of an environment was given by hand", () => {
  withMigrated(8, (store) => {
    const { givenEnv } = store.jobs.get("V3x")!;
    assertEquals(givenEnv, { names: ["GREETING"], files: ["/home/ann/shop/.env"] });
  });
});

Deno.test("openStore() carries over from schema 8 which files are watched, and that one awaits a change", () => {
  withMigrated(8, (store) => {
    const { watch, awaitsChange } = store.jobs.get("V3x")!;
    const how = { debounce_ms: 500, do: { action: "restart" } as const };
    assertEquals(watch, { paths: ["src/**"], ignore: ["*.log"], ...how });
    assertEquals(awaitsChange, true);
  });
});

Deno.test("openStore() carries over from schema 8 when a job is started by itself", () => {
  withMigrated(8, (store) => {
    const { schedule, timetable } = store.jobs.get("V3x")!;
    assertEquals(schedule, { cron: "0 3 * * *" });
    assertEquals(timetable, { sinceMs: 1_760_000_000_000, skipped: null });
  });
});

Deno.test("openStore() carries over from schema 9 what is known of a run, and from older ones nothing", () => {
  withMigrated(9, (store) => {
    const { cause, oomBefore } = store.runs.get("V3x-2")!.facts;
    assertEquals([cause, oomBefore], ["lost.rebooted", { cgroup: 1, machine: null }]);
  });
  withMigrated(8, (store) => assertEquals(store.runs.get("V3x-2")!.facts, {}));
});

Deno.test("openStore() carries over from schema 10 whose a job is, and what ends it by itself", () => {
  withMigrated(10, (store) => {
    const { owner, lease } = store.jobs.get("V3x")!;
    const process = { pid: 4_000, startTime: "700", bootId: "b0" };
    assertEquals(owner, { name: "claude", user: "ann", agent: "claude", session: "s-1", process });
    const end = { atMs: 1_760_007_260_000, uptimeMs: 7_260_000, bootId: "b0" };
    assertEquals(lease, { end, process: null });
  });
});

Deno.test("migrate() leaves everything as it was when a step fails", () => {
  using database = openGolden(":memory:", 1);
  database.exec("ALTER TABLE runs ADD COLUMN reason TEXT");
  const before = shapeOf(database);
  let message = "";
  try {
    migrate(database);
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(message, "duplicate column name: reason");
  assertEquals([shapeOf(database), readSchemaVersion(database)], [before, 1]);
});
