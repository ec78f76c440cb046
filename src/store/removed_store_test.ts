import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { sampleJob } from "./testdata/sample_records.ts";
import { makeStoreBox } from "./testdata/store_box.ts";

/** What may happen to the files under an open store. */
const REMOVALS: Record<string, (path: string) => void> = {
  "the database": (path) => Deno.removeSync(path),
  "the log": (path) => Deno.removeSync(`${path}-wal`),
  "both": (path) => {
    Deno.removeSync(path);
    Deno.removeSync(`${path}-wal`);
  },
  "both, and something else was put there": (path) => {
    Deno.removeSync(path);
    Deno.removeSync(`${path}-wal`);
    Deno.writeTextFileSync(path, "not ours");
    Deno.writeTextFileSync(`${path}-wal`, "not ours");
  },
  "the directory": (path) => {
    const dir = path.slice(0, path.lastIndexOf("/"));
    Deno.renameSync(dir, `${dir}.away`);
    Deno.removeSync(`${dir}.away`, { recursive: true });
    Deno.mkdirSync(dir, { mode: 0o700 });
  },
};

for (const [what, remove] of Object.entries(REMOVALS)) {
  Deno.test(`D7 an open store writes itself anew when ${what} was removed, and loses nothing`, () => {
    using box = makeStoreBox();
    {
      using store = box.open();
      for (let i = 0; i < 50; i++) store.jobs.insert(sampleJob({ id: `job${i}` }));
      assertEquals(store.isInPlace(), true);
      remove(box.path);
      assertEquals(store.isInPlace(), false);
      store.jobs.insert(sampleJob({ id: "later" }));
      const aside = store.remake();
      assertEquals(aside.map((path) => Deno.readTextFileSync(path)), aside.map(() => "not ours"));
      assertEquals(aside.length, what.includes("else") ? 2 : 0);
      assertEquals(store.isInPlace(), true);
      store.jobs.insert(sampleJob({ id: "last" }));
      assertEquals(store.isInPlace(), true);
      assertEquals(Deno.statSync(box.path).mode! & 0o777, 0o600);
      // As a daemon that is killed here would leave it.
      Deno.mkdirSync(`${box.dir}/killed`);
      for (const name of ["state.db", "state.db-wal"]) {
        Deno.copyFileSync(`${box.dir}/${name}`, `${box.dir}/killed/${name}`);
      }
    }
    for (const path of [box.path, `${box.dir}/killed/state.db`]) {
      using store = box.open(path);
      assertEquals([store.setAside, store.jobs.all().length], [undefined, 52]);
    }
    assertEquals(box.names().filter((name) => name.endsWith(".tmp")), []);
  });
}

Deno.test("D7 an open store that cannot be written anew stays as it was", () => {
  using box = makeStoreBox();
  using store = box.open();
  store.jobs.insert(sampleJob());
  Deno.renameSync(box.dir, `${box.dir}.away`);
  const error = assertThrows(() => store.remake(), AppError);
  assertEquals(error.code, "store.unwritable");
  assertEquals(store.jobs.all(), [sampleJob()]);
  Deno.renameSync(`${box.dir}.away`, box.dir);
  assertEquals(store.isInPlace(), true);
});
