import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { isLockHeld, readLockText, tryFileLock, waitForFileLock } from "./file_lock.ts";

function tempDir(): Disposable & { path: string } {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("tryFileLock() gives the lock to one, and to the next when it is released", () => {
  using dir = tempDir();
  const path = `${dir.path}/lock`;
  assertEquals(isLockHeld(path), false);
  {
    using lock = tryFileLock(path);
    assert(lock !== undefined);
    assertEquals(tryFileLock(path), undefined);
    assert(isLockHeld(path));
  }
  assertEquals(isLockHeld(path), false);
  using again = tryFileLock(path);
  assert(again !== undefined);
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
});

Deno.test("a lock's text is replaced, not added to", () => {
  using dir = tempDir();
  using lock = tryFileLock(`${dir.path}/lock`);
  assertEquals(readLockText(lock!.path), "");
  lock!.writeText("a longer text");
  lock!.writeText("pid 1\n");
  assertEquals(readLockText(lock!.path), "pid 1\n");
  assertEquals(readLockText(`${dir.path}/none`), undefined);
});

Deno.test("F14 isStillAt() notices that the file was replaced or removed", () => {
  using dir = tempDir();
  const path = `${dir.path}/lock`;
  using lock = tryFileLock(path);
  assert(lock!.isStillAt());
  assert(!lock!.isStillAt(`${dir.path}/none`));
  Deno.renameSync(path, `${dir.path}/moved`);
  assert(!lock!.isStillAt());
  assert(lock!.isStillAt(`${dir.path}/moved`));
  Deno.writeTextFileSync(path, "");
  assert(!lock!.isStillAt());
});

Deno.test("dispose releases once, also when called twice", () => {
  using dir = tempDir();
  const lock = tryFileLock(`${dir.path}/lock`)!;
  lock[Symbol.dispose]();
  lock[Symbol.dispose]();
});

Deno.test("a program that the holder starts does not keep the lock", async () => {
  using dir = tempDir();
  const path = `${dir.path}/lock`;
  const lock = tryFileLock(path)!;
  const child = new Deno.Command("cat", { stdin: "piped", stdout: "null" }).spawn();
  lock[Symbol.dispose]();
  assert(!isLockHeld(path));
  await child.stdin.close();
  await child.status;
});

Deno.test("locks refuse symlinks and what is no regular file", () => {
  using dir = tempDir();
  Deno.symlinkSync(`${dir.path}/target`, `${dir.path}/link`);
  Deno.mkdirSync(`${dir.path}/folder`);
  for (const name of ["link", "folder"]) {
    const error = assertThrows(() => tryFileLock(`${dir.path}/${name}`), AppError);
    assertEquals(error.code, "permission.unsafe_file");
  }
  assertThrows(() => Deno.statSync(`${dir.path}/target`), Deno.errors.NotFound);
  const error = assertThrows(() => tryFileLock(`${dir.path}/no/lock`), AppError);
  assertEquals(error.code, "permission.lock_file");
});

Deno.test("waitForFileLock() waits its turn", async () => {
  using dir = tempDir();
  const path = `${dir.path}/lock`;
  const order: string[] = [];
  const first = tryFileLock(path)!;
  const second = waitForFileLock(path).then((lock) => {
    order.push("second");
    lock[Symbol.dispose]();
  });
  order.push("first");
  first[Symbol.dispose]();
  await second;
  assertEquals(order, ["first", "second"]);
});

Deno.test("waitForFileLock() lets many through, one at a time", async () => {
  using dir = tempDir();
  let inside = 0;
  await Promise.all(Array.from({ length: 20 }, async () => {
    using _lock = await waitForFileLock(`${dir.path}/lock`);
    assertEquals(++inside, 1);
    await Promise.resolve();
    inside--;
  }));
});

Deno.test("waitForFileLock() gives up when it is told to, and keeps nothing", async () => {
  using dir = tempDir();
  const path = `${dir.path}/lock`;
  const holder = tryFileLock(path)!;
  const controller = new AbortController();
  const waiting = waitForFileLock(path, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  holder[Symbol.dispose]();
  assertEquals(isLockHeld(path), false);
  await assertRejects(() => waitForFileLock(path, { signal: controller.signal }), Error, "enough");
});

Deno.test("a look at the lock does not keep anybody from taking it", async () => {
  using dir = tempDir();
  const path = `${dir.path}/lock`;
  tryFileLock(path)![Symbol.dispose]();
  const looker = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `
      import { isLockHeld } from ${JSON.stringify(new URL("file_lock.ts", import.meta.url).href)};
      console.log("READY");
      const end = Deno.stdin.read(new Uint8Array(1)).then(() => true);
      while (!(await Promise.race([end, new Promise((done) => setTimeout(done, 0, false))])))
        for (let i = 0; i < 1000; i++) isLockHeld(${JSON.stringify(path)});
    `,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = looker.stdout.getReader();
  const { value } = await reader.read();
  assertEquals(new TextDecoder().decode(value), "READY\n");
  let missed = 0;
  for (let i = 0; i < 300; i++) {
    using lock = tryFileLock(path);
    if (lock === undefined) missed++;
  }
  // What another test starts at the same moment holds a copy of our lock until it has become another program.
  assert(missed < 20, `${missed} of 300`);
  await looker.stdin.close();
  await reader.cancel();
  await looker.status;
});

Deno.test("D1 nobody holds the lock of what is no file, and looking at it does not wait", () => {
  using dir = tempDir();
  Deno.mkdirSync(`${dir.path}/directory`);
  Deno.writeTextFileSync(`${dir.path}/file`, "");
  new Deno.Command("mkfifo", { args: [`${dir.path}/fifo`] }).outputSync();
  for (const name of ["directory", "fifo", "file/below", "none"]) {
    assert(!isLockHeld(`${dir.path}/${name}`), name);
  }
});
