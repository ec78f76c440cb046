import { assertEquals, assertThrows } from "@std/assert";
import { SqliteDatabase, SqliteError } from "./sqlite.ts";

function openMemory(): SqliteDatabase {
  const database = new SqliteDatabase(":memory:", { busyTimeoutMs: 100 });
  database.exec("CREATE TABLE t (a)");
  return database;
}

Deno.test("F102 SqliteDatabase tells a full disk, and works again when there is space", () => {
  using database = openMemory();
  const insert = () => database.run("INSERT INTO t VALUES (?)", "x".repeat(8_000));
  database.exec("PRAGMA max_page_count = 20");
  const error = assertThrows(() => {
    for (let i = 0; i < 100; i++) insert();
  }, SqliteError);
  assertEquals(error.failure, "disk_full");
  assertThrows(() => database.transaction(insert), SqliteError, "full");
  database.exec("PRAGMA max_page_count = 2000");
  assertEquals(database.transaction(insert).changes, 1);
});

Deno.test("SqliteDatabase tells why it cannot", () => {
  using database = openMemory();
  database.exec("PRAGMA query_only = 1");
  assertEquals(
    assertThrows(() => database.run("INSERT INTO t VALUES (1)"), SqliteError).failure,
    "read_only",
  );
  assertEquals(assertThrows(() => database.get("SELECT b FROM t"), SqliteError).failure, "other");
  assertEquals(
    assertThrows(() => new SqliteDatabase("/nope/nope.db", { busyTimeoutMs: 0 }), SqliteError)
      .failure,
    "cannot_open",
  );
});

Deno.test("SqliteDatabase waits for another process no longer than it was told", () => {
  const path = Deno.makeTempFileSync();
  {
    using holder = new SqliteDatabase(path, { busyTimeoutMs: 0 });
    using other = new SqliteDatabase(path, { busyTimeoutMs: 0 });
    holder.exec("CREATE TABLE t (a)");
    holder.transaction(() => {
      const error = assertThrows(() => other.run("INSERT INTO t VALUES (1)"), SqliteError);
      assertEquals(error.failure, "busy");
    });
    assertEquals(other.run("INSERT INTO t VALUES (1)").lastRowId, 1);
  }
  Deno.removeSync(path);
});
