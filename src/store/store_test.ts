import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { exitCodeOf } from "../base/exit_code_of.ts";
import { SqliteDatabase } from "../platform/sqlite.ts";
import { isGoodRun } from "./store.ts";
import { sampleJob, sampleRun } from "./testdata/sample_records.ts";
import { isSame, makeStoreBox } from "./testdata/store_box.ts";

const event = { event: "job_added", time: "2026-11-21T12:00:00.123Z", job_id: "V3x", data: {} };

Deno.test("openStore() gives back every field of jobs and runs, also after being closed", () => {
  using box = makeStoreBox();
  const jobs = [sampleJob(), sampleJob({ id: "k7Q", name: null, createdAtMs: 1, stdin: false })];
  const runs = [sampleRun(), sampleRun({ run: 2, shim: null, process: null, finishedAtMs: null })];
  {
    using store = box.open();
    for (const job of jobs) store.jobs.insert(job);
    for (const run of runs) store.runs.insert(run);
  }
  using store = box.open();
  assertEquals(store.jobs.all(), jobs.toReversed());
  assertEquals(store.jobs.get("V3x"), jobs[0]);
  assertEquals(store.runs.listByJob("V3x"), runs.toReversed());
  assertEquals(store.runs.latest("V3x"), runs[1]);
  assertEquals(store.runs.unfinished(), [runs[1]]);
  assertEquals([store.jobs.get("nope"), store.runs.get("nope-1"), store.runs.latest("k7Q")], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("update() writes what is given and leaves the rest", () => {
  using box = makeStoreBox();
  using store = box.open();
  store.jobs.insert(sampleJob());
  store.runs.insert(sampleRun());
  assert(store.jobs.update({ id: "V3x", status: "backoff", reason: null, stdin: false }));
  assertEquals(
    store.jobs.get("V3x"),
    sampleJob({ status: "backoff", reason: null, stdin: false }),
  );
  assert(store.jobs.update(sampleJob({ env: { A: "b" }, command: ["true"] })));
  assertEquals(store.jobs.get("V3x"), sampleJob({ env: { A: "b" }, command: ["true"] }));
  assert(store.runs.update({ runId: "V3x-1", process: null, outcome: "lost", exitCode: null }));
  assertEquals(
    store.runs.get("V3x-1"),
    sampleRun({ process: null, outcome: "lost", exitCode: null }),
  );
  assertEquals(store.jobs.update({ id: "nope", status: "exited" }), false);
  assertEquals(store.runs.update({ runId: "nope-1", exitCode: 0 }), false);
});

Deno.test("jobs.delete() takes the job's runs along", () => {
  using box = makeStoreBox();
  using store = box.open();
  store.jobs.insert(sampleJob());
  store.runs.insert(sampleRun());
  assertEquals([store.jobs.delete("V3x"), store.jobs.delete("V3x")], [true, false]);
  assertEquals([store.jobs.all(), store.runs.listByJob("V3x")], [[], []]);
});

Deno.test("runs.prune() keeps the newest and what has not ended", () => {
  using box = makeStoreBox();
  using store = box.open();
  store.jobs.insert(sampleJob());
  for (let run = 1; run <= 6; run++) {
    store.runs.insert(sampleRun({ run, finishedAtMs: run === 2 ? null : run }));
  }
  assertEquals(store.runs.prune("V3x", 3), [1, 3]);
  assertEquals(store.runs.listByJob("V3x").map(({ run }) => run), [6, 5, 4, 2]);
  assertEquals(store.runs.prune("V3x", 10), []);
});

Deno.test("runs.prune() keeps the last run that went well, also when others have failed since", () => {
  using box = makeStoreBox();
  using store = box.open();
  store.jobs.insert(sampleJob());
  const ways = ["exited", "stopped", "stopped", "failed", "failed", "failed"] as const;
  for (const [index, outcome] of ways.entries()) {
    const unreadyReason = index === 2 ? "no answer" : null;
    store.runs.insert(sampleRun({ run: index + 1, outcome, unreadyReason }));
  }
  assertEquals(store.runs.listByJob("V3x").filter(isGoodRun).map(({ run }) => run), [2, 1]);
  assertEquals(store.runs.prune("V3x", 2), [1, 3, 4]);
  assertEquals(store.runs.listByJob("V3x").map(({ run }) => run), [6, 5, 2]);
});

Deno.test("a run whose facts make no sense is as whole as one without any", () => {
  using box = makeStoreBox();
  for (const facts of ["{", "[]", '{"asked":1}', '"x"', "7"]) {
    {
      using store = box.open();
      store.jobs.delete("V3x");
      store.jobs.insert(sampleJob());
      store.runs.insert(sampleRun());
    }
    {
      using database = new SqliteDatabase(box.path, { busyTimeoutMs: 100 });
      database.run("UPDATE runs SET facts = ?", facts);
    }
    using store = box.open();
    assertEquals(store.runs.get("V3x-1"), { ...sampleRun(), facts: {} });
  }
});

Deno.test("events are numbered from 1 without a gap, and never twice", () => {
  using box = makeStoreBox();
  {
    using store = box.open();
    assertEquals([store.events.lastSeq(), store.events.firstSeq()], [0, 1]);
    assertEquals([1, 2, 3, 4].map(() => store.events.append(event)), [1, 2, 3, 4]);
    assertEquals(store.events.since(1, 2).map(({ seq }) => seq), [2, 3]);
    assertEquals(store.events.since(3), [{ ...event, seq: 4 }]);
    assertEquals([store.events.prune(1), store.events.firstSeq()], [3, 4]);
    assertEquals([store.events.prune(0), store.events.firstSeq()], [1, 5]);
  }
  using store = box.open();
  assertEquals([store.events.lastSeq(), store.events.append(event)], [4, 5]);
});

Deno.test("transaction() does all or nothing, also inside another", () => {
  using box = makeStoreBox();
  using store = box.open();
  const oops = new Error("oops");
  const fail = () => {
    store.events.append(event);
    throw oops;
  };
  store.transaction(() => {
    store.jobs.insert(sampleJob());
    assertThrows(() => store.transaction(fail), Error, "oops");
    assertEquals(store.transaction(() => store.events.append(event)), 1);
  });
  assertThrows(() => store.transaction(fail), Error, "oops");
  assertEquals([store.jobs.all().length, store.events.lastSeq()], [1, 1]);
});

Deno.test("openStore() keeps the environment in the jobs table and its files to this user", () => {
  using box = makeStoreBox();
  const from = (path: string) => JSON.stringify(import.meta.resolve(path));
  // A process of its own: the umask belongs to all tests that run at the same time.
  const program = `
    import { openStore } from ${from("./store.ts")};
    import { sampleJob, sampleRun } from ${from("./testdata/sample_records.ts")};
    import { systemClock } from ${from("../platform/system_clock.ts")};
    import { silentLogger } from ${from("../../tests/support/silent_logger.ts")};
    Deno.umask(0);
    const store = openStore(${JSON.stringify(box.path)}, {
      clock: systemClock,
      logger: silentLogger,
    });
    store.jobs.insert(sampleJob({ env: { TOKEN: "canary-5f1c" } }));
    store.runs.insert(sampleRun());
    for (const { name } of Deno.readDirSync(${JSON.stringify(box.dir)})) {
      const mode = Deno.statSync(${JSON.stringify(box.dir)} + "/" + name).mode & 0o777;
      console.log(name + " " + mode.toString(8));
    }`;
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", `--config=${new URL("../../deno.json", import.meta.url).pathname}`]
      .concat(program),
  }).outputSync();
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n").sort(), [
    "state.db 600",
    "state.db-wal 600",
  ]);
  using database = new SqliteDatabase(box.path, { busyTimeoutMs: 100 });
  const others = JSON.stringify([
    database.all("SELECT * FROM runs"),
    database.all("SELECT * FROM events"),
  ]);
  assert(!others.includes("canary-5f1c"));
  assert(JSON.stringify(database.all("SELECT * FROM jobs")).includes("canary-5f1c"));
});

Deno.test("openStore() makes private what was not", () => {
  using box = makeStoreBox();
  box.open()[Symbol.dispose]();
  Deno.chmodSync(box.path, 0o644);
  box.open()[Symbol.dispose]();
  assertEquals(Deno.statSync(box.path).mode! & 0o777, 0o600);
});

for (const isInLog of [false, true]) {
  const where = isInLog ? "in the write-ahead log alone" : "in the file";
  Deno.test(`openStore() refuses a newer schema ${where} and changes nothing`, () => {
    using box = makeStoreBox();
    {
      using store = box.open();
      store.jobs.insert(sampleJob());
    }
    const writer = new SqliteDatabase(box.path, { busyTimeoutMs: 100 });
    writer.exec(`PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 99;
      ALTER TABLE jobs ADD COLUMN flavour TEXT`);
    // Closing it brings the log into the file.
    const files = [box.path, `${box.path}-wal`].map((path) =>
      [path, Deno.readFileSync(path)] as const
    );
    writer[Symbol.dispose]();
    if (isInLog) { for (const [path, bytes] of files) Deno.writeFileSync(path, bytes); }
    const before = Deno.readFileSync(box.path);
    const names = box.names();
    const error = assertThrows(() => box.open(), AppError);
    assertEquals(error.code, "store.newer_schema");
    assertEquals(exitCodeOf(error.code), 5);
    assert(error.message.includes("99") && error.message.includes(box.path));
    // SQLite brings a log into its file when it closes it.
    if (!isInLog) {
      assert(isSame(Deno.readFileSync(box.path), before));
      assertEquals(box.names(), names);
    }
    using database = new SqliteDatabase(box.path, { busyTimeoutMs: 100 });
    assertEquals(database.get("SELECT id, flavour FROM jobs")?.id, "V3x");
    assertEquals(database.get("PRAGMA user_version")?.user_version, 99);
  });
}

Deno.test("openStore() does not mind columns that it does not know", () => {
  using box = makeStoreBox();
  box.open()[Symbol.dispose]();
  {
    using database = new SqliteDatabase(box.path, { busyTimeoutMs: 100 });
    database.exec("ALTER TABLE jobs ADD COLUMN mood TEXT DEFAULT 'good'");
  }
  using store = box.open();
  store.jobs.insert(sampleJob());
  assertEquals(store.jobs.all(), [sampleJob()]);
});

Deno.test("openStore() says which directory it cannot write to", () => {
  using box = makeStoreBox();
  const path = `${box.dir}/missing/state.db`;
  const error = assertThrows(
    () => box.open(path),
    AppError,
    path,
  );
  assertEquals(error.code, "store.unwritable");
});

Deno.test("F102 openStore() maps no file into memory, where a full disk could answer with a signal", () => {
  using box = makeStoreBox();
  using store = box.open();
  store.jobs.insert(sampleJob());
  assert(!box.names().includes("state.db-shm"), box.names().join(" "));
  if (Deno.build.os !== "linux") return;
  assert(!Deno.readTextFileSync("/proc/self/maps").includes(box.dir));
});

Deno.test("F01 openStore() has lost nothing that was said to be stored when the daemon is killed", async () => {
  using box = makeStoreBox();
  const writer = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.resolve("./testdata/endless_writer.ts"), box.path],
    stdout: "piped",
  }).spawn();
  let seen = "";
  const decoder = new TextDecoder();
  for await (const chunk of writer.stdout) {
    seen += decoder.decode(chunk);
    if (seen.length > 2_000) break;
  }
  writer.kill("SIGKILL");
  await writer.status;
  const lastSaid = Number(seen.trimEnd().split("\n").at(-2));
  assert(lastSaid > 100);
  using store = box.open();
  assertEquals(store.setAside, undefined);
  assert(store.events.lastSeq() >= lastSaid);
  assertEquals(store.events.since(0, 1e6).length, store.events.lastSeq());
  assertEquals(store.jobs.get("V3x")?.run, store.events.lastSeq(), "a transaction is whole");
});
