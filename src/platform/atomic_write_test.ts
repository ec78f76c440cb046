import { assertEquals, assertThrows } from "@std/assert";
import { writeFileAtomic } from "./atomic_write.ts";

function makeDir(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map((entry) => entry.name);
}

Deno.test("writeFileAtomic() writes text and bytes, for the owner only, and leaves nothing else", () => {
  using dir = makeDir();
  writeFileAtomic(`${dir.path}/f`, "one");
  writeFileAtomic(`${dir.path}/f`, new TextEncoder().encode("two"), { fsync: true });
  assertEquals(Deno.readTextFileSync(`${dir.path}/f`), "two");
  assertEquals(Deno.statSync(`${dir.path}/f`).mode! & 0o777, 0o600);
  assertEquals(namesIn(dir.path), ["f"]);
});

Deno.test("writeFileAtomic() gives the mode asked for whatever the umask", () => {
  using dir = makeDir();
  writeFileAtomic(`${dir.path}/f`, "", { mode: 0o666 });
  assertEquals(Deno.statSync(`${dir.path}/f`).mode! & 0o777, 0o666);
});

Deno.test("writeFileAtomic() replaces a link, not what it points to", () => {
  using dir = makeDir();
  Deno.writeTextFileSync(`${dir.path}/target`, "kept");
  Deno.symlinkSync("target", `${dir.path}/link`);
  writeFileAtomic(`${dir.path}/link`, "new");
  assertEquals(Deno.readTextFileSync(`${dir.path}/target`), "kept");
  assertEquals(Deno.lstatSync(`${dir.path}/link`).isFile, true);
});

Deno.test("writeFileAtomic() leaves the old file and no other when it fails", () => {
  using dir = makeDir();
  Deno.mkdirSync(`${dir.path}/f`);
  assertThrows(() => writeFileAtomic(`${dir.path}/f`, "text"));
  assertThrows(() => writeFileAtomic(`${dir.path}/missing/f`, "text"), Deno.errors.NotFound);
  assertEquals(namesIn(dir.path), ["f"]);
});
