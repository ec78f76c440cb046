import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { withDeadline } from "../support/eventually.ts";
import { memoryOf } from "../support/process_facts.ts";

const MAY_GROW = 64 * 1024 ** 2;

Deno.test("F28 garbage does not hurt the daemon, and others are served", async () => {
  await using box = await openBox();
  const before = await box.impJson(["ping"]);
  for (let round = 0; round < 20; round++) {
    await sendAndReadToEnd(box, crypto.getRandomValues(new Uint8Array(1_000)));
  }
  assertEquals((await box.impJson(["ping"])).pid, before.pid);
});

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
