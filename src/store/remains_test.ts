import { assert, assertEquals } from "@std/assert";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import { SqliteDatabase } from "../platform/sqlite.ts";
import { systemClock } from "../platform/system_clock.ts";
import { openStore, type Store } from "./store.ts";
import { sampleJob } from "./testdata/sample_records.ts";

const SECRET = "remains-of-a-secret";

class Box implements Disposable {
  readonly #dir = Deno.makeTempDirSync({ prefix: "imp-r-" });
  readonly path = `${this.#dir}/state.db`;

  open(): Store {
    return openStore(this.path, { clock: systemClock, logger: silentLogger });
  }

  /** Which files of the database have the secret in them. */
  filesWithSecret(): string[] {
    return [...Deno.readDirSync(this.#dir)].map(({ name }) => name).filter((name) => {
      const bytes = Deno.readFileSync(`${this.#dir}/${name}`);
      return new TextDecoder("latin1").decode(bytes).includes(SECRET);
    });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#dir, { recursive: true });
  }
}

/** One that fits into a page, and one of several. */
const ENVIRONMENTS = [{ KEY: SECRET }, { KEY: `${SECRET} `.repeat(2_000) }];

Deno.test("D12 what was removed is in no file of the store, while it is open too", () => {
  for (const env of ENVIRONMENTS) {
    using box = new Box();
    using store = box.open();
    store.jobs.insert(sampleJob({ id: "stays", env: {} }));
    store.jobs.insert(sampleJob({ id: "goes", env }));
    store.jobs.insert(sampleJob({ id: "other", env: { KEY: "replaced" } }));
    assert(box.filesWithSecret().length > 0);
    store.jobs.delete("goes");
    store.forgetDeleted();
    assertEquals(box.filesWithSecret(), []);
    store.jobs.update({ id: "other", env });
    store.jobs.update({ id: "other", env: {} });
    store.forgetDeleted();
    assertEquals(box.filesWithSecret(), []);
  }
});

Deno.test("D12 a store that an older build left its remains in is freed of them when it is opened", () => {
  using box = new Box();
  {
    using store = box.open();
    store.jobs.insert(sampleJob({ id: "stays", env: {} }));
  }
  {
    // As a build before ours did it.
    using database = new SqliteDatabase(box.path, { busyTimeoutMs: 100 });
    database.exec("PRAGMA application_id = 0; PRAGMA secure_delete = OFF");
    database.run(
      "UPDATE jobs SET env = ?",
      JSON.stringify({ KEY: `${SECRET} `.repeat(2_000) }),
    );
    database.exec("UPDATE jobs SET env = '{}'");
  }
  assertEquals(box.filesWithSecret(), ["state.db"]);
  using store = box.open();
  assertEquals(store.jobs.all().map(({ id }) => id), ["stays"]);
  store.forgetDeleted();
  assertEquals(box.filesWithSecret(), []);
});
