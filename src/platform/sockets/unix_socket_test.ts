import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AppError } from "../../base/app_error.ts";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { MAX_SOCKET_PATH_BYTES } from "../paths.ts";
import { connectUnix } from "./connect_unix.ts";
import { listenUnix, removeStaleSocket, UnixListener } from "./unix_socket.ts";

function makeDir(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "imp-u-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

async function acceptOne(listener: UnixListener): Promise<Deno.UnixConn> {
  const next = await listener[Symbol.asyncIterator]().next();
  return next.value as Deno.UnixConn;
}

Deno.test("listenUnix() listens for the owner only, under its name alone", async () => {
  using dir = makeDir();
  await using listener = listenUnix(`${dir.path}/s`);
  assertEquals([...Deno.readDirSync(dir.path)].map((entry) => entry.name), ["s"]);
  assertEquals(Deno.statSync(`${dir.path}/s`).mode! & 0o777, 0o600);
  const accepted = acceptOne(listener);
  using client = (await connectUnix(`${dir.path}/s`))!;
  using server = await accepted;
  await client.write(new Uint8Array([7]));
  const buffer = new Uint8Array(1);
  await server.read(buffer);
  assertEquals(buffer[0], 7);
});

Deno.test({
  name: "F22 closing a listener leaves alone what took the place of its socket",
  // It is left open on purpose: closing it would unlink the other's.
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    using dir = makeDir();
    const old = listenUnix(`${dir.path}/s`);
    const ended = old[Symbol.asyncIterator]().next();
    await using new_ = listenUnix(`${dir.path}/s`);
    assertEquals([old.isInPlace(), new_.isInPlace()], [false, true]);
    await old.close();
    assertEquals(await ended, { done: true, value: undefined });
    assertEquals(new_.isInPlace(), true);
    const accepted = acceptOne(new_);
    using _client = (await connectUnix(`${dir.path}/s`))!;
    using _server = await accepted;
  },
});

Deno.test("close() removes the listener's own socket, and needs none", async () => {
  using dir = makeDir();
  await listenUnix(`${dir.path}/s`).close();
  assertEquals([...Deno.readDirSync(dir.path)], []);
  await using listener = listenUnix(`${dir.path}/s`);
  Deno.removeSync(`${dir.path}/s`);
  assertEquals(listener.isInPlace(), false);
});

Deno.test("D1 a name that was taken away can be bound again once the old listener is closed", async () => {
  using dir = makeDir();
  for (let round = 0; round < 20; round++) {
    const listener = listenUnix(`${dir.path}/s`);
    const accepting = listener[Symbol.asyncIterator]().next();
    Deno.removeSync(`${dir.path}/s`);
    await listener.close();
    await using again = listenUnix(`${dir.path}/s`);
    assertEquals(await accepting, { done: true, value: undefined });
    // Deno unlinks when it comes to it: a connection is made after that.
    const accepted = acceptOne(again);
    using _client = (await connectUnix(`${dir.path}/s`))!;
    using _server = await accepted;
    assertEquals(again.isInPlace(), true);
    await again.close();
  }
});

Deno.test({
  name: "D2 listenUnix() binds the final name: cleaners of temporary files spare those that live",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using dir = makeDir();
    leaveSocket(`${dir.path}/s`);
    await using _listener = listenUnix(`${dir.path}/s`);
    const names = Deno.readTextFileSync("/proc/net/unix").split("\n")
      .map((line) => line.slice(line.indexOf("/")));
    assert(names.includes(`${dir.path}/s`));
  },
});

Deno.test("F23 listenUnix() refuses to replace what is not a socket of ours", () => {
  using dir = makeDir();
  Deno.mkdirSync(`${dir.path}/directory`);
  Deno.writeTextFileSync(`${dir.path}/file`, "kept");
  Deno.symlinkSync("file", `${dir.path}/link`);
  Deno.symlinkSync("nowhere", `${dir.path}/dangling`);
  new Deno.Command("mkfifo", { args: [`${dir.path}/fifo`] }).outputSync();
  for (const name of ["directory", "file", "link", "dangling", "fifo"]) {
    const error = assertThrows(() => listenUnix(`${dir.path}/${name}`), AppError);
    assertEquals(error.code, "permission.not_a_socket");
    assertEquals(removeStaleSocket(`${dir.path}/${name}`), false);
    assert(error.message.includes(name));
    Deno.lstatSync(`${dir.path}/${name}`);
  }
});

Deno.test("F24 listenUnix() binds a path that is exactly as long as allowed", async () => {
  using dir = makeDir();
  const length = MAX_SOCKET_PATH_BYTES - dir.path.length - "/daemon.sock".length - 1;
  const deep = `${dir.path}/${"x".repeat(length)}`;
  Deno.mkdirSync(deep);
  const path = `${deep}/daemon.sock`;
  assertEquals(path.length, MAX_SOCKET_PATH_BYTES);
  await using listener = listenUnix(path);
  const accepted = acceptOne(listener);
  using _client = (await connectUnix(path))!;
  using _server = await accepted;
});

Deno.test("connectUnix() resolves with undefined when nobody listens", async () => {
  using dir = makeDir();
  assertEquals(await connectUnix(`${dir.path}/s`), undefined);
  leaveSocket(`${dir.path}/s`);
  assertEquals(await connectUnix(`${dir.path}/s`), undefined);
  assertEquals(removeStaleSocket(`${dir.path}/s`), true);
  assertEquals(removeStaleSocket(`${dir.path}/s`), false);
});

Deno.test("connectUnix() names a path that is too long", async () => {
  const error = await assertRejects(() => connectUnix(`/${"x".repeat(107)}`), AppError);
  assertEquals(error.code, "daemon.unreachable");
});

Deno.test("F36 F37 accepting goes on after a failure, when some time has passed", async () => {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  const emfile = new Error("Too many open files (os error 24)");
  let calls = 0;
  const fake = {
    accept: () => ++calls === 1 ? Promise.reject(emfile) : Promise.resolve({ id: calls }),
    close() {},
  };
  await using listener = new UnixListener("/s", fake as unknown as Deno.UnixListener, {
    clock,
    onAcceptError: (error) => errors.push(error),
    inode: "0:0",
  });
  const accepted = acceptOne(listener);
  await clock.advance(99);
  assertEquals(calls, 1);
  await clock.advance(1);
  assertEquals(await accepted as unknown, { id: 2 });
  assertEquals(errors, [emfile]);
});

Deno.test("accepting ends when the listener is closed", async () => {
  using dir = makeDir();
  const listener = listenUnix(`${dir.path}/s`);
  const next = listener[Symbol.asyncIterator]().next();
  await listener.close();
  await listener.close();
  assertEquals(await next, { done: true, value: undefined });
});

/** A socket that nobody listens at, as a killed daemon leaves it. */
function leaveSocket(path: string): void {
  const listener = Deno.listen({ transport: "unix", path: `${path}.tmp` });
  Deno.renameSync(`${path}.tmp`, path);
  // It unlinks the name that it has bound.
  listener.close();
}
