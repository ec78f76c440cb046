import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createRandom } from "../../../tests/support/random.ts";
import { AcceptedSockets, descriptorOf, setSendBuffer, shutDown } from "./accepted_sockets.ts";
import { openLibc } from "../libc.ts";
import { listenUnix } from "./unix_socket.ts";

// Stays open for good: opened here, so that it is not taken for a leak of the first test.
openLibc();

/** A listener whose connections are known by their descriptors. */
function open() {
  const dir = Deno.makeTempDirSync({ dir: "/tmp", prefix: "imp-a-" });
  const path = `${dir}/sock`;
  const listener = listenUnix(path);
  const accepted = new AcceptedSockets(listener.path);
  const accepting = listener[Symbol.asyncIterator]();
  return {
    async connect() {
      const client = await Deno.connect({ transport: "unix", path });
      const connection = (await accepting.next()).value as Deno.UnixConn;
      accepted.add(connection);
      return { client, connection };
    },
    async [Symbol.asyncDispose]() {
      await listener.close();
      Deno.removeSync(dir, { recursive: true });
    },
  };
}

const isLinux = Deno.build.os === "linux";

Deno.test("AcceptedSockets knows every connection's own descriptor, and forgets the closed", async () => {
  if (!isLinux) return;
  await using world = open();
  const first = await world.connect();
  using _stranger = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const second = await world.connect();
  const inodeOf = (fd: number | undefined) => Deno.readLinkSync(`/proc/self/fd/${fd}`);
  const inodeOfSecond = inodeOf(descriptorOf(second.connection));
  assertNotEquals(inodeOf(descriptorOf(first.connection)), inodeOfSecond);
  first.connection.close();
  first.client.close();
  assertEquals(descriptorOf(first.connection), undefined);
  const third = await world.connect();
  // By now the first one's descriptor is mostly the third's, or one of a test in another thread.
  assertEquals(descriptorOf(first.connection), undefined);
  assertEquals(inodeOf(descriptorOf(second.connection)), inodeOfSecond);
  assertNotEquals(inodeOf(descriptorOf(third.connection)), inodeOfSecond);
  assertEquals(descriptorOf({}), undefined);
  for (const { client, connection } of [second, third]) {
    client.close();
    connection.close();
  }
});

Deno.test("shutDown() ends a connection that is being read, and written to one who does not read", async () => {
  if (!isLinux) return;
  await using world = open();
  const { client, connection } = await world.connect();
  const reading = connection.read(new Uint8Array(1));
  const writing = (async () => {
    for (;;) await connection.write(new Uint8Array(65_536));
  })().catch((error) => error);
  shutDown(connection);
  connection.close();
  // Deno 2.9 ends it with an error.
  const end = await reading.catch((error) => error);
  assert(end === null || end instanceof Deno.errors.Interrupted, String(end));
  assertEquals(await writing instanceof Error, true);
  const buffer = new Uint8Array(1 << 20);
  let count: number | null;
  do count = await client.read(buffer); while (count !== null);
  client.close();
});

Deno.test("setSendBuffer() has little wait for one who does not read", async () => {
  if (!isLinux) return;
  await using world = open();
  const { client, connection } = await world.connect();
  setSendBuffer(connection, 4_096);
  let written = 0;
  const writing = (async () => {
    for (;;) written += await connection.write(new Uint8Array(2_000));
  })().catch(() => undefined);
  // What it takes it takes at once; a round over the loop later the writer is stuck.
  const { client: other, connection: otherEnd } = await world.connect();
  assertEquals(written <= 8_192, true, `${written} bytes wait`);
  shutDown(connection);
  await writing;
  for (const it of [client, connection, other, otherEnd]) it.close();
});

Deno.test("A4 AcceptedSockets tells a thousand connections apart that come and go at once", async () => {
  if (!isLinux) return;
  await using world = open();
  await using other = open();
  const random = createRandom(4);
  const living = new Set<{ client: Deno.UnixConn; connection: Deno.UnixConn }>();
  const files: Deno.FsFile[] = [];
  for (let round = 0; round < 1_000; round++) {
    const pair = await (random() < 0.8 ? world : other).connect();
    const fd = descriptorOf(pair.connection);
    assert(fd !== undefined, "its descriptor is known");
    // What is sent over the descriptor comes out at the right end.
    const word = new TextEncoder().encode(`${round}`);
    assertEquals(Number(openLibc().sendto(fd, word, BigInt(word.length), 0, null, 0)), word.length);
    const buffer = new Uint8Array(16);
    const count = await pair.client.read(buffer);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), `${round}`);
    living.add(pair);
    if (random() < 0.3) files.push(Deno.openSync("/dev/null"));
    if (random() < 0.3) files.shift()?.close();
    for (const each of living) {
      if (living.size < 20 && random() < 0.7) continue;
      living.delete(each);
      shutDown(each.connection);
      each.connection.close();
      each.client.close();
    }
  }
  for (const file of files) file.close();
  for (const each of living) {
    each.connection.close();
    each.client.close();
  }
});
