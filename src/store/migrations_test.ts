import { assertEquals } from "@std/assert";
import { silentLogger } from "../base/logger.ts";
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
      umask: 18,
      restart: { mode: "on-failure", max: 3 },
      stopSignal: "SIGTERM",
      stopTimeoutMs: 10_000,
      stdin: false,
      surroundings: null,
      desired: "up",
      status: "running",
      reason: null,
      restarts: 1,
      tally: 0,
      run: 2,
      createdAtMs: 1_760_000_000_000,
      nextStartAtMs: null,
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
