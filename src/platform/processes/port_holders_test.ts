import { assert, assertEquals } from "@std/assert";
import { freePort } from "../../../tests/support/free_port.ts";
import { hasTools } from "../../../tests/support/process_facts.ts";
import { openLibc } from "../libc.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { canBind } from "./free_port.ts";
import { findPortHolders } from "./port_holders.ts";
import { ownerOf } from "./process_owner.ts";
import { formatAddress } from "./socket_tables.ts";

// Stays open for good: opened here, so that it is not taken for a leak of the test.
openLibc();

const HAS_PYTHON = Deno.build.os === "linux" && hasTools("python3");
if (!HAS_PYTHON) console.warn("NOT RUN: tests of holders that need Linux and python3");

/** What a machine has without being told. */
const ADDRESSES = Deno.build.os === "linux" ? ["127.0.0.1", "127.0.0.2"] : ["127.0.0.1"];

Deno.test("findPortHolders() names who listens on a port, at which address, and whose he is", () => {
  using first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = first.addr;
  using others = new DisposableStack();
  for (const hostname of ADDRESSES.slice(1)) others.use(Deno.listen({ hostname, port }));
  const found = findPortHolders(port);
  const user = ownerOf(Deno.pid)!;
  assertEquals(
    found.map(({ address, pid, user }) => ({ address, pid, user })),
    ADDRESSES.map((address) => ({ address, pid: Deno.pid, user })),
  );
  assert(found[0]!.command!.startsWith("deno "), found[0]!.command!);
  assertEquals(found[0]!.run, undefined);
});

Deno.test("findPortHolders() finds nobody where nobody listens, but who holds the other end", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using _accepted = await listener.accept();
  const { port } = client.localAddr as Deno.NetAddr;
  assertEquals(findPortHolders(port), []);
});

Deno.test({
  name: "findPortHolders() tells the run of a job by its marks, also of what has wiped them",
  ignore: !HAS_PYTHON,
  async fn() {
    const env = { IMP_STATE_DIR: "/state", IMP_JOB_ID: "V3x", IMP_RUN_ID: "V3x-2" };
    const server = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); " +
      "print(s.getsockname()[1], flush=True); time.sleep(1000)";
    for (const script of [`python3 -c "$0"; :`, `env -i "$(command -v python3)" -c "$0"; :`]) {
      const child = new Deno.Command("sh", {
        args: ["-c", script, server],
        env,
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      try {
        const port = Number(new TextDecoder().decode((await reader.read()).value));
        const [holder] = findPortHolders(port);
        assertEquals(holder?.run, { stateDir: "/state", jobId: "V3x", runId: "V3x-2" });
        assertEquals(holder?.command, "python3");
        Deno.kill(holder!.pid!, "SIGKILL");
      } finally {
        await child.status;
        await reader.cancel();
      }
    }
  },
});

Deno.test({
  name: "findPortHolders() names the process that the others with the same socket come from",
  ignore: !HAS_PYTHON,
  async fn() {
    const server = "import os, socket, time; s = socket.create_server(('127.0.0.1', 0)); " +
      "os.fork() or os.fork(); os.write(1, b'%d %d\\n' % (os.getpid(), s.getsockname()[1])); " +
      "time.sleep(1000)";
    const child = new Deno.Command("python3", { args: ["-c", server], stdout: "piped" }).spawn();
    const reader = child.stdout.getReader();
    const decoder = new TextDecoder();
    let text = "";
    while (text.split("\n").length <= 3) text += decoder.decode((await reader.read()).value);
    const rows = text.trimEnd().split("\n").map((line) => line.split(" ").map(Number));
    try {
      assertEquals(findPortHolders(rows[0]![1]).map(({ pid }) => pid), [child.pid]);
    } finally {
      for (const [pid] of rows) Deno.kill(pid!, "SIGKILL");
      await child.status;
      await reader.cancel();
    }
  },
});

Deno.test("canBind() is false of a port that somebody listens on, at whatever address", async () => {
  for (const hostname of ["0.0.0.0", ...ADDRESSES]) {
    using listener = Deno.listen({ hostname, port: 0 });
    assertEquals(canBind(listener.addr.port), false, hostname);
  }
  const port = freePort();
  Deno.listen({ hostname: "127.0.0.1", port }).close();
  // A child that another thread of the tests is just starting has the socket until its exec.
  await eventually("a free port", () => canBind(port));
});

Deno.test("formatAddress() writes addresses as people do", () => {
  const parse = (text: string) =>
    Uint8Array.from(
      text.split(":").flatMap((word) => [
        parseInt(word.padStart(4, "0").slice(0, 2), 16),
        parseInt(word.padStart(4, "0").slice(2), 16),
      ]),
    );
  assertEquals(formatAddress(Uint8Array.of(127, 0, 0, 1)), "127.0.0.1");
  const cases = {
    "0:0:0:0:0:0:0:0": "::",
    "0:0:0:0:0:0:0:1": "::1",
    "fe80:0:0:0:1:0:0:2": "fe80::1:0:0:2",
    "1:0:0:2:0:0:0:3": "1:0:0:2::3",
    "2001:db8:0:1:1:1:1:1": "2001:db8:0:1:1:1:1:1",
    "10:0:0:20:1:1:1:1": "10::20:1:1:1:1",
    "1:2:3:4:5:6:0:0": "1:2:3:4:5:6::",
    "0:0:0:0:0:ffff:7f00:1": "::ffff:127.0.0.1",
  };
  for (const [text, written] of Object.entries(cases)) {
    assertEquals(formatAddress(parse(text)), written);
  }
});
