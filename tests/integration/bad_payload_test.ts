/** What a raw client asks for and cannot be meant: refused by its field, stored nowhere, and nobody else notices. */
import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import type { Message, Peer } from "../support/fake_peer.ts";
import { startDaemon } from "../support/test_daemon.ts";

const JOB = { command: ["sleep", "7001"], workdir: "/", env: { PATH: "/usr/bin:/bin" }, umask: 18 };

async function ask(peer: Peer, type: string, payload: unknown): Promise<Message> {
  await peer.send({ id: 1, type, payload });
  return await peer.next();
}

Deno.test("A2 a stop signal that is none is refused by name, and the daemon goes on", async () => {
  await using daemon = await startDaemon();
  const peer = await daemon.greet();
  const { ok, error } = await ask(peer, "add", { ...JOB, stop_signal: "FOO" });
  assertEquals([ok, error.code], [false, "protocol.bad_payload"]);
  assert(error.message.includes("stop_signal: must be a signal"), error.message);
  assertEquals((await ask(peer, "list", {})).data.jobs, []);
  const added = await ask(peer, "add", { ...JOB, stop_signal: "int" });
  assertEquals(added.data.job.stop_signal, "SIGINT", "kept as the system calls it");
  assertEquals((await ask(peer, "remove", { all: true, force: true })).data.removed.length, 1);
  peer.close();
});

Deno.test("A3 nonsense in a job's definition is refused by field and limit, and nothing is stored", async () => {
  await using daemon = await startDaemon();
  const peer = await daemon.greet();
  const wrong: readonly [string, Record<string, unknown>][] = [
    ...[-5, 1e300, 1.5].map((umask) => ["umask: ", { umask }] as [string, { umask: number }]),
    ["stop_timeout_ms: ", { stop_timeout_ms: -1 }],
    ["stop_timeout_ms: ", { stop_timeout_ms: 1e300 }],
    ["restart.max: ", { restart: { mode: "on-failure", max: -3 } }],
    ["workdir: ", { workdir: "relative" }],
    ["workdir: ", { workdir: "" }],
    ["workdir: ", { workdir: "/\0" }],
    ["env: ", { env: { "A=B": "" } }],
    ["env: ", { env: { "": "" } }],
    ["description: ", { description: "x".repeat(900_000) }],
  ];
  for (const [field, change] of wrong) {
    const { ok, error } = await ask(peer, "add", { ...JOB, ...change });
    assertEquals([ok, error.code], [false, "protocol.bad_payload"], field);
    assert(error.message.includes(field), error.message);
  }
  const { jobs, seq } = (await ask(peer, "list", {})).data;
  assertEquals([jobs, seq], [[], 1]);
  peer.close();
});

Deno.test("A3 a variable whose name nobody could set stands in no command's way", async () => {
  await using box = await openBox();
  const { code, stdout, stderr } = await box.imp(["run", "--", "env"], {
    env: { "=odd": "1", GREETING: "hello" },
  });
  assertEquals(code, 0, stderr);
  assert(stdout.includes("GREETING=hello\n"), stdout + stderr);
  assert(!stdout.includes("odd"), stdout);
});
