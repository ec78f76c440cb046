import { assert, assertEquals } from "@std/assert";
import { SqliteDatabase } from "../platform/sqlite.ts";
import { sampleJob } from "./testdata/sample_records.ts";
import { isSame, makeStoreBox, STAMP } from "./testdata/store_box.ts";

/** What can happen to the files while no daemon runs, and what is then found beside the new ones. */
const DAMAGES: Record<string, (path: string) => void> = {
  "is garbage": (path) => Deno.writeTextFileSync(path, "not a database ".repeat(1000)),
  "is a few bytes": (path) => Deno.writeTextFileSync(path, "SQLite format 3\0"),
  "is all zeros": (path) => Deno.writeFileSync(path, new Uint8Array(8192)),
  "is truncated": (path) => Deno.truncateSync(path, 4096 * 2),
  "has garbage in the middle": (path) => {
    using file = Deno.openSync(path, { write: true });
    file.seekSync(4096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4096 * 3).fill(0xa5));
  },
  "is somebody else's database": (path) => {
    Deno.removeSync(path);
    using database = new SqliteDatabase(path, { busyTimeoutMs: 100 });
    database.exec("CREATE TABLE cats (name TEXT); INSERT INTO cats VALUES ('Mia')");
  },
  "has lost a table": (path) => {
    using database = new SqliteDatabase(path, { busyTimeoutMs: 100 });
    database.exec("DROP TABLE runs");
  },
  "is empty beside a log full of garbage": (path) => {
    Deno.truncateSync(path, 0);
    Deno.writeTextFileSync(`${path}-wal`, "garbage");
  },
};

for (const [damage, inflict] of Object.entries(DAMAGES)) {
  Deno.test(`F119 openStore() moves a database aside that ${damage}, and begins a new one`, () => {
    using box = makeStoreBox();
    {
      using store = box.open();
      for (let i = 0; i < 50; i++) store.jobs.insert(sampleJob({ id: `job${i}` }));
    }
    inflict(box.path);
    const damaged = Deno.readFileSync(box.path);
    const aside = `${box.path}.corrupt-${STAMP}`;
    {
      using store = box.open();
      assertEquals(store.setAside, aside);
      assertEquals(store.jobs.all(), []);
      store.jobs.insert(sampleJob());
    }
    assert(isSame(Deno.readFileSync(aside), damaged));
    using store = box.open();
    assertEquals([store.setAside, store.jobs.all().length], [undefined, 1]);
  });
}

Deno.test("openStore() keeps a log that SQLite would throw away, and the sound database with it", () => {
  using box = makeStoreBox();
  {
    using store = box.open();
    store.jobs.insert(sampleJob());
  }
  Deno.writeTextFileSync(`${box.path}-wal`, "garbage that may be worth something");
  using store = box.open();
  assertEquals(store.setAside, `${box.path}.corrupt-${STAMP}-wal`);
  assertEquals(Deno.readTextFileSync(store.setAside!), "garbage that may be worth something");
  assertEquals(store.jobs.all(), [sampleJob()]);
});

Deno.test("openStore() takes a file of no bytes for a new one", () => {
  using box = makeStoreBox();
  Deno.writeTextFileSync(box.path, "");
  using store = box.open();
  assertEquals([store.setAside, store.jobs.all()], [undefined, []]);
});
