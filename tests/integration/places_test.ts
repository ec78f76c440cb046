/** Many connections at once: there is a place for every command, and the sum of what all ask for is bounded. */
import { assert, assertEquals } from "@std/assert";
import { encodeControl } from "../../src/protocol/frame.ts";
import { ask } from "../support/ask_peer.ts";
import { eventually } from "../support/eventually.ts";
import { toHello } from "../support/fake_daemon.ts";
import { type Peer, PeerGone } from "../support/fake_peer.ts";
import { cpuSecondsOf, memoryOf } from "../support/process_facts.ts";
import { startDaemon, type TestDaemon } from "../support/test_daemon.ts";

const MIB = 1024 * 1024;
const isLinux = Deno.build.os === "linux";
const PATIENT = { handshake_timeout: "60s", requests_per_second: 100_000, request_burst: 100_000 };
const JOB = { command: ["sleep", "7002"], workdir: "/", env: { PATH: "/usr/bin:/bin" }, umask: 18 };

Deno.test("F35 A8 the longest idle client gives its place to a new one, and is told why", async () => {
  await using daemon = await startDaemon({ ...PATIENT, max_connections: 32 });
  const peers: Peer[] = [];
  for (let index = 0; index < 32; index++) peers.push(await daemon.greet());
  // The first ones are not the longest idle any more.
  for (const peer of peers.slice(0, 4)) assertEquals((await ask(peer, "ping")).ok, true);
  const later = [await daemon.greet(), await daemon.greet()];
  for (const peer of later) assertEquals((await ask(peer, "ping")).ok, true);
  for (const peer of peers.slice(4, 6)) {
    const { type, error } = await peer.next();
    assertEquals([type, error.code], ["error", "limit.gave_way"]);
    assert(error.hint.includes("max_connections"), error.hint);
    await peer.gone();
  }
  for (const peer of [...peers.slice(0, 4), ...peers.slice(6)]) {
    assertEquals((await ask(peer, "ping")).ok, true);
  }
  const { data } = await ask(later[0]!, "status");
  assertEquals([data.daemon.clients, data.daemon.counters.rejected_connections], [32, 2]);
  closeAll(...peers, ...later);
});

Deno.test("A8 253 idle, polite connections stand in no command's way", async () => {
  await using daemon = await startDaemon(PATIENT);
  const peers = await Promise.all(Array.from({ length: 253 }, () => daemon.greet()));
  await daemon.impOk("add", "--", "sleep", "7003");
  await Promise.all(["ls", "ping", "status", "overview", "ls"].map((word) => daemon.impOk(word)));
  await daemon.impOk("nuke");
  closeAll(...peers);
});

Deno.test("A8 those who wait keep their place, and leave some for commands", async () => {
  await using daemon = await startDaemon({ max_connections: 32, ...PATIENT });
  const peers = await Promise.all(Array.from({ length: 32 }, () => daemon.greet()));
  const replies = await Promise.all(peers.map((peer) => ask(peer, "subscribe")));
  assertEquals(replies.filter(({ ok }) => ok).length, 24);
  const refused = replies.filter(({ ok }) => !ok);
  assertEquals([...new Set(refused.map(({ error }) => error.code))], ["limit.followers"]);
  await Promise.all(Array.from({ length: 4 }, () => daemon.impOk("ping")));
  // Whoever follows something may follow more.
  const follower = peers[replies.findIndex(({ ok }) => ok)]!;
  assertEquals((await ask(follower, "subscribe")).ok, true);
  closeAll(...peers);
});

Deno.test("A4 connections that have not said hello take no place, and the oldest gives way", async () => {
  await using daemon = await startDaemon({ max_connections: 16, ...PATIENT });
  const clients = await Promise.all(Array.from({ length: 12 }, () => daemon.greet()));
  const silent: Peer[] = [];
  const dial = async () => {
    const peer = await daemon.dial();
    await peer.expect("hello");
    silent.push(peer);
  };
  for (let count = 0; count < 128; count++) await dial();
  await eventually("the oldest is let go", async () => {
    await dial();
    const { data } = await ask(clients[0]!, "status");
    return data.daemon.counters.rejected_connections > 0;
  });
  assertEquals((await silent[0]!.next()).error.code, "limit.gave_way");
  await daemon.impOk("ping");
  for (const client of clients) assertEquals((await ask(client, "ping")).ok, true);
  // The last ones are still waited for.
  const last = silent.at(-1)!;
  await last.send(toHello("d"));
  assertEquals((await ask(last, "ping")).ok, true);
  closeAll(...clients, ...silent);
});

for (const socket of ["daemon.sock", "status.sock"] as const) {
  Deno.test({
    name:
      `A4 2,000 connects to ${socket} that close at once cost little, and ping answers each time`,
    ignore: !isLinux,
    async fn() {
      await using daemon = await startDaemon();
      const path = socket === "daemon.sock" ? daemon.paths.socket : daemon.paths.statusSocket;
      let isOver = false;
      let pings = 0;
      const before = cpuSecondsOf(daemon.pid);
      const pinging = (async () => {
        const peer = await daemon.greet();
        for (; !isOver || pings < 3; pings++) {
          await daemon.impOk("ping");
          assertEquals((await ask(peer, "ping")).ok, true);
        }
        peer.close();
      })();
      for (let count = 0; count < 2_000; count++) (await connectPatiently(path)).close();
      isOver = true;
      await pinging;
      // Every descriptor was looked at for every connection once: 12 s.
      const seconds = cpuSecondsOf(daemon.pid) - before;
      assert(seconds < 4, `${seconds} s of the processor`);
      await eventually("all of them are gone", async () => {
        const { daemon: view } = JSON.parse(await daemon.impOk("status", "get", "--json"));
        return view.clients <= 1;
      });
    },
  });
}

Deno.test({
  name: "A7 240 connections with 390 waits each stay within a sum, and others are served",
  ignore: !isLinux,
  async fn() {
    await using daemon = await startDaemon(PATIENT);
    const owner = await daemon.greet();
    const { id } = (await ask(owner, "add", JOB)).data.job;
    const waits = concat(
      Array.from(
        { length: 390 },
        (_, index) =>
          encodeControl({ id: index, type: "wait", payload: { jobs: [id], for: "exited" } }),
      ),
    );
    const before = memoryOf(daemon.pid, "VmRSS");
    const greedy = await Promise.all(Array.from({ length: 240 }, () => daemon.greet()));
    await Promise.all(greedy.map((peer) => peer.sendBytes(waits).catch(ignoreGone)));
    assertEquals(JSON.parse(await daemon.impOk("ls", "--json")).jobs.length, 1);
    assertEquals((await ask(owner, "list")).data.jobs.length, 1, "who asks for little is spared");
    await expectLittleGrowth(daemon, before);
    assertEquals((await ask(owner, "remove", { jobs: [id], force: true })).ok, true);
    closeAll(owner, ...greedy);
  },
});

Deno.test({
  name: "A7 200 connections with 32 subscriptions each that never read stay within a sum",
  ignore: !isLinux,
  async fn() {
    await using daemon = await startDaemon(PATIENT);
    const subscriptions = concat(
      Array.from({ length: 32 }, (_, id) => encodeControl({ id, type: "subscribe", payload: {} })),
    );
    const greedy = await Promise.all(Array.from({ length: 200 }, () => daemon.greet()));
    await Promise.all(greedy.map((peer) => peer.sendBytes(subscriptions).catch(ignoreGone)));
    const owner = await daemon.greet();
    const before = memoryOf(daemon.pid, "VmRSS");
    const { id } = (await ask(owner, "add", JOB)).data.job;
    for (let round = 0; round < 30; round++) await ask(owner, "restart", { jobs: [id] });
    await expectLittleGrowth(daemon, before);
    await daemon.impOk("ls");
    assertEquals((await ask(owner, "remove", { jobs: [id], force: true })).ok, true);
    closeAll(owner, ...greedy);
  },
});

Deno.test({
  name: "A7 240 frames of 1 MiB that are never ended stay within a sum",
  ignore: !isLinux,
  async fn() {
    await using daemon = await startDaemon({ ...PATIENT, frame_timeout: "60s" });
    const greedy = await Promise.all(Array.from({ length: 240 }, () => daemon.greet()));
    const before = memoryOf(daemon.pid, "VmRSS");
    const begun = new Uint8Array(MIB - 1_000);
    new DataView(begun.buffer).setUint32(0, MIB);
    begun[4] = 1;
    await Promise.all(greedy.map((peer) => peer.sendBytes(begun).catch(ignoreGone)));
    await daemon.impOk("ping");
    await expectLittleGrowth(daemon, before);
    closeAll(...greedy);
  },
});

/** What is not garbage: without a limit of the sum it would be 600 MiB and more. */
async function expectLittleGrowth(daemon: TestDaemon, before: number): Promise<void> {
  await eventually("what the daemon holds is little", () => {
    const grown = memoryOf(daemon.pid, "VmRSS") - before;
    return grown < 120 * MIB;
  });
}

/** Its queue is full while it is slower than we are. */
async function connectPatiently(path: string): Promise<Deno.UnixConn> {
  let conn: Deno.UnixConn | undefined;
  await eventually("room in the queue", async () => {
    conn = await Deno.connect({ transport: "unix", path }).catch((error) => {
      if (error instanceof Deno.errors.WouldBlock) return undefined;
      throw error;
    });
    return conn !== undefined;
  });
  return conn!;
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof PeerGone)) throw error;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function closeAll(...peers: readonly Peer[]): void {
  for (const peer of peers) peer.close();
}
