import { assert, assertEquals, assertThrows } from "@std/assert";
import { openFiles } from "../../tests/support/open_files.ts";
import { AppError } from "../base/app_error.ts";
import { LogFile, OftenWrittenFile, readWholeFile, statLogFile, writeFileAt } from "./log_file.ts";

/** A directory that is gone at the end of the scope. */
function makeDir(): Disposable & { path: string } {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("LogFile reads at any offset, and no more than there is", () => {
  using dir = makeDir();
  Deno.writeTextFileSync(`${dir.path}/a`, "0123456789");
  using file = LogFile.open(`${dir.path}/a`)!;
  const buffer = new Uint8Array(4);
  assertEquals([file.readAt(8, buffer), file.readAt(20, buffer), file.readAt(1, buffer)], [
    2,
    0,
    4,
  ]);
  assertEquals(new TextDecoder().decode(buffer), "1234");
  assertEquals([file.stat().sizeBytes, file.place()], [10, "in place"]);
  Deno.renameSync(`${dir.path}/a`, `${dir.path}/b`);
  assertEquals(file.place(), "removed");
  Deno.writeTextFileSync(`${dir.path}/a`, "another");
  assertEquals(file.place(), "replaced");
  Deno.renameSync(`${dir.path}/b`, `${dir.path}/a`);
  assertEquals([file.stat().sizeBytes, file.place()], [10, "in place"]);
});

Deno.test("LogFile refuses what is not a regular file, without waiting for it", () => {
  using dir = makeDir();
  Deno.symlinkSync("/etc/passwd", `${dir.path}/link`);
  for (const path of [`${dir.path}/link`, dir.path, "/dev/null"]) {
    const error = assertThrows(() => LogFile.open(path), AppError, path);
    assertEquals(error.code, "logs.not_a_file");
    assertEquals(statLogFile(path), undefined);
  }
  assertEquals(LogFile.open(`${dir.path}/nope`), undefined);
});

Deno.test("writeFileAt() makes a private file and writes in its place", () => {
  using dir = makeDir();
  const path = `${dir.path}/a`;
  writeFileAt(path, 0, new Uint8Array([1, 2, 3]));
  writeFileAt(path, 1, new Uint8Array([9]));
  assertEquals([...readWholeFile(path)], [1, 9, 3]);
  assert((Deno.statSync(path).mode! & 0o077) === 0);
  assertEquals(readWholeFile(`${dir.path}/nope`).length, 0);
});

Deno.test("OftenWrittenFile stays open from one write to the next, but only some of many", {
  ignore: Deno.build.os !== "linux",
}, () => {
  using dir = makeDir();
  using files = new DisposableStack();
  const paths = Array.from({ length: 200 }, (_, index) => `${dir.path}/${index}`);
  const often = paths.map((path) => files.use(new OftenWrittenFile(path)));
  for (const offset of [0, 1, 2]) {
    for (const file of often) file.writeAt(offset, new Uint8Array([offset + 7]));
  }
  for (const path of paths) assertEquals([...readWholeFile(path)], [7, 8, 9]);
  const open = () => openFiles().filter((path) => path.startsWith(dir.path));
  assertEquals(open().length, 128);
  for (const file of often) file.close();
  assertEquals(open(), []);
  for (const path of paths) Deno.removeSync(path);
  often.at(-1)!.writeAt(0, new Uint8Array([5]));
  assertEquals([...readWholeFile(paths.at(-1)!)], [5]);
  assertEquals(open(), [paths.at(-1)]);
});
