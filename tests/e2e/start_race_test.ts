import { assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/process_facts.ts";

Deno.test("F13 F25 fifty clients at once with no daemon get fifty answers from one daemon", async () => {
  await using box = await openBox();
  // From source each client is a compiler, too, and fifty of them keep a small machine from starting the daemon.
  const clients = box.executable.kind === "compiled" ? 50 : 8;
  const { code, stdout, stderr } = await box.shell(
    `seq ${clients} | xargs -P ${clients} -I{} imp ping`,
    { deadlineMs: 180_000 },
  );
  assertEquals([code, stderr], [0, ""]);
  const pids = [...stdout.matchAll(/^pong from imp \S+ \(pid (\d+)\) in /gm)].map((match) =>
    match[1]
  );
  assertEquals(pids.length, clients, stdout);
  assertEquals(new Set(pids).size, 1);
  const daemons = await box.daemons();
  assertEquals(daemons.map(({ pid }) => String(pid)), [pids[0]!]);
});

Deno.test("F21 a daemon that was killed is replaced by the next command, stale files and all", async () => {
  await using box = await openBox();
  const before = (await box.impJson(["ping"])).pid;
  Deno.kill(before, "SIGKILL");
  await eventually("it is gone", () => !isAlive(before));
  const left = box.runtimeFiles().filter((path) => /daemon\.(sock|pid)$/.test(path));
  assertEquals(left.length, 2, "a kill -9 leaves socket and pid file");
  const after = (await box.impJson(["ping"])).pid;
  assertEquals((await box.daemons()).map(({ pid }) => pid), [after]);
});
