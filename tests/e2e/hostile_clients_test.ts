import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually, withDeadline } from "../support/eventually.ts";
import { toHello } from "../support/fake_daemon.ts";
import { Peer } from "../support/fake_peer.ts";
import { memoryOf } from "../support/process_facts.ts";
import { createRandom } from "../support/random.ts";

const MAY_GROW = 64 * 1024 ** 2;

/** More by hand: `IMP_HOSTILE_FRAMES=100000 deno test -A tests/e2e/hostile_clients_test.ts`. */
const HOSTILE_FRAMES = Number(Deno.env.get("IMP_HOSTILE_FRAMES") ?? 1_000);
/** Requests that make no sense before the frame that makes none. */
const HOSTILE_REQUESTS = 49;
const HOSTILE_CLIENTS = 8;

Deno.test("F28 garbage does not hurt the daemon, and others are served", async () => {
  await using box = await openBox();
  const before = await box.impJson(["ping"]);
  for (let round = 0; round < 20; round++) {
    await sendAndReadToEnd(box, crypto.getRandomValues(new Uint8Array(1_000)));
  }
  assertEquals((await box.impJson(["ping"])).pid, before.pid);
});

Deno.test({
  name: `F28 F29 ${HOSTILE_FRAMES} hostile frames leave the daemon as it was`,
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using box = await openBox();
    // They are hostile, not slow, however busy the machine is.
    await box.file("config/imp/config.json", JSON.stringify({ handshake_timeout: "60s" }));
    const { pid } = await box.impJson(["ping"]);
    const random = createRandom(1);
    const clients = Math.ceil(HOSTILE_FRAMES / (HOSTILE_REQUESTS + 1));
    const before = { descriptors: descriptorsOf(pid), memory: memoryOf(pid, "VmRSS") };
    for (let index = 0; index < clients; index += HOSTILE_CLIENTS) {
      const some = Math.min(HOSTILE_CLIENTS, clients - index);
      await Promise.all(Array.from({ length: some }, () => beHostile(box, random)));
    }
    assertEquals((await box.impJson(["ping"])).pid, pid);
    await eventually("its descriptors are back", () => descriptorsOf(pid) <= before.descriptors);
    const grown = () => memoryOf(pid, "VmRSS") - before.memory;
    const atOnce = grown();
    await eventually("its garbage is collected", () => grown() < MAY_GROW);
    const frames = clients * (HOSTILE_REQUESTS + 1);
    console.log(`${frames} frames: ${toMb(atOnce)} MB more at once, then ${toMb(grown())}`);
  },
});

/** One that says hello, asks for nonsense, and then says some. */
async function beHostile(box: Box, random: () => number): Promise<void> {
  const peer = new Peer(await connect(box));
  const { daemon_id } = await peer.expect("hello");
  await peer.send(toHello(daemon_id));
  for (let id = 1; id <= HOSTILE_REQUESTS; id++) {
    await peer.send({ id, ...pick(NONSENSE, random) });
    const { ok } = await peer.next();
    assertEquals(ok, false);
  }
  await peer.sendBytes(pick(GARBAGE, random));
  await withDeadline("the daemon hangs up", peer.gone());
  peer.close();
}

/** Each is a request, but none that can be done. */
const NONSENSE: readonly Record<string, unknown>[] = [
  { type: "no_such_request", payload: {} },
  { type: "__proto__", payload: { constructor: {} } },
  { type: "stop", payload: { jobs: "not a list" } },
  { type: "stop", payload: { jobs: ["../../etc/passwd"] } },
  { type: "get_job", payload: { job: "x".repeat(10_000) } },
  { type: "add", payload: { spec: { command: [] } } },
  { type: "signal", payload: { signal: -1, jobs: ["*"] } },
  { type: "wait", payload: { timeout_ms: -1 } },
];

/** None of it is a frame; the daemon ends the connection. */
const GARBAGE: readonly Uint8Array[] = [
  Uint8Array.of(255, 255, 255, 255),
  Uint8Array.of(0, 0, 0, 0),
  Uint8Array.of(0, 0, 0, 1, 9),
  Uint8Array.of(0, 0, 0, 2, 1, 0x7b),
  Uint8Array.of(0, 0, 0, 3, 1, 0xc3, 0x28),
  new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"),
];

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}

function toMb(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function descriptorsOf(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

Deno.test("F26 a length of 4 GiB is refused before anything is held for it", async () => {
  await using box = await openBox();
  const { pid } = await box.impJson(["ping"]);
  const before = Deno.build.os === "linux" ? memoryOf(pid, "VmHWM") : 0;
  for (let round = 0; round < 20; round++) {
    await sendAndReadToEnd(box, new Uint8Array([0xff, 0xff, 0xff, 0xff, 1, 0x7b]));
  }
  assertEquals((await box.impJson(["ping"])).pid, pid);
  const grown = Deno.build.os === "linux" ? memoryOf(pid, "VmHWM") - before : 0;
  assert(grown < MAY_GROW, `the daemon grew by ${grown}`);
});

Deno.test("a client that says nothing is sent away, and others do not wait for it", async () => {
  await using box = await openBox();
  const { pid } = await box.impJson(["ping"]);
  const silent = await Promise.all(Array.from({ length: 20 }, () => connect(box)));
  assertEquals((await box.impJson(["ping"])).pid, pid);
  const sentAway = Promise.all(silent.map(readToEnd));
  await withDeadline("the silent clients are sent away", sentAway, {
    explain: () => box.explain(),
  });
});

async function sendAndReadToEnd(box: Box, bytes: Uint8Array): Promise<void> {
  const connection = await connect(box);
  await connection.write(bytes).catch(() => {});
  await withDeadline("the daemon hangs up", readToEnd(connection), {
    explain: () => box.explain(),
  });
}

async function connect(box: Box): Promise<Deno.UnixConn> {
  const socket = box.runtimeFiles().find((path) => path.endsWith("/daemon.sock"));
  return await Deno.connect({ transport: "unix", path: `${box.runtimeDir}/${socket}` });
}

/** Reads and drops everything until the other side closes. */
async function readToEnd(connection: Deno.Conn): Promise<void> {
  using open = connection;
  const buffer = new Uint8Array(65_536);
  try {
    while (await open.read(buffer) !== null);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
}
