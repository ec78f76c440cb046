/** FAULTS.md, group B: sockets, protocol and clients, as far as other tests do not tell it. */
import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { hasTools } from "../support/process_facts.ts";

const IS_ROOT = Deno.uid() === 0;
const HOLD = ["add", "--name", "held", "--", ...fixture("hold.sh")];

Deno.test("F23 what is no socket of ours at its place is named and never removed", async () => {
  await using box = await openBox();
  await box.impOk(["--daemon-id", "d", "ping"]);
  await box.impOk(["--daemon-id", "d", "daemon", "stop"]);
  const path = `${box.runtimeDir}/d/daemon.sock`;
  const plants: Record<string, () => Promise<unknown>> = {
    directory: () => Deno.mkdir(path),
    file: () => Deno.writeTextFile(path, "precious"),
    "dangling link": () => Deno.symlink(`${box.root}/nowhere`, path),
    fifo: () => box.run(["mkfifo", path]),
  };
  for (const [what, plant] of Object.entries(plants)) {
    await plant();
    const { code, stderr } = await box.imp(["--daemon-id", "d", "list"], { deadlineMs: 30_000 });
    assert(code !== 0 && stderr.includes(path), `${what}: ${code} ${stderr}`);
    const { isSymlink, isFile, isDirectory, isFifo } = await Deno.lstat(path);
    assert(isSymlink || isFile || isDirectory || isFifo, what);
    await Deno.remove(path);
  }
  await box.impOk(["--daemon-id", "d", "list"]);
});

Deno.test("F24 a runtime directory of any length works, because a long path is moved", async () => {
  await using box = await openBox();
  for (const length of [90, 104, 108, 140, 200]) {
    const runtime = `${box.root}/run/${"x".repeat(length - box.root.length - 5)}`;
    await Deno.mkdir(runtime, { mode: 0o700 });
    const env = { XDG_RUNTIME_DIR: runtime };
    assertEquals((await box.imp(["ping"], { env })).code, 0, String(length));
    assertEquals((await box.imp(["nuke"], { env })).code, 0, String(length));
    await Deno.remove(runtime, { recursive: true });
  }
});

Deno.test({
  name: "F36 F37 a daemon that ran out of descriptors hears again when there are some",
  ignore: !hasTools("prlimit"),
  async fn() {
    await using box = await openBox();
    await box.impOk(["--daemon-id", "d", ...HOLD]);
    const pid = (await box.impJson(["--daemon-id", "d", "ping"])).pid;
    const used = [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
    await box.run(["prlimit", `--pid=${pid}`, `--nofile=${used + 6}:1000`]);
    const connections: Deno.Conn[] = [];
    for (let index = 0; index < 40; index++) {
      connections.push(
        await Deno.connect({ transport: "unix", path: `${box.runtimeDir}/d/daemon.sock` }),
      );
    }
    for (const connection of connections) connection.close();
    await box.run(["prlimit", `--pid=${pid}`, "--nofile=1000:1000"]);
    await eventually(
      "it answers",
      async () => (await box.imp(["--daemon-id", "d", "ping"])).code === 0,
    );
    assertEquals((await box.impJson(["--daemon-id", "d", "ping"])).pid, pid);
    assertEquals((await box.impJson(["--daemon-id", "d", "show", "held"])).status, "running");
  },
});

if (!IS_ROOT || !hasTools("setpriv")) {
  console.warn("NOT RUN: F38 F112 need root and setpriv to be another user");
}

Deno.test({
  name: "F38 F112 another user can neither talk to the daemon nor make its directory beforehand",
  ignore: !IS_ROOT || !hasTools("setpriv"),
  async fn() {
    await using box = await openBox();
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    await box.impOk(["--daemon-id", "d", ...HOLD]);
    const socket = `${box.runtimeDir}/d/daemon.sock`;
    await Deno.chmod(box.root, 0o755);
    const { code, stderr } = await box.run([...nobody, "ls", socket]);
    assert(code !== 0 && /denied/i.test(stderr), stderr);
    const planted = `${box.root}/planted`;
    await Deno.mkdir(`${planted}/imp/d`, { recursive: true, mode: 0o755 });
    await Deno.chown(`${planted}/imp/d`, 65534, 65534);
    const refused = await box.imp(["--daemon-id", "d", "list"], {
      env: { XDG_RUNTIME_DIR: planted },
    });
    assertEquals(refused.code, 77, refused.stderr);
    assert(refused.stderr.includes(planted), refused.stderr);
    await Deno.chmod(box.root, 0o700);
  },
});

Deno.test("F42 a reader that goes away ends its client without a word", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "wordy", "--", "sh", "-c", "seq 1 100000; sleep 1000000"]);
  const { code, stdout, stderr } = await box.shell("imp logs -f -n 100000 wordy | head -1");
  assertEquals([code, stdout.trim(), stderr], [0, "1", ""]);
});

Deno.test("F45 a client without stdin, stdout and stderr works, and starts a daemon that does", async () => {
  await using box = await openBox();
  await box.shell("imp add --name held -- sleep 1000000 <&- >&- 2>&-");
  const found = await box.impJson(["show", "held"]);
  assertEquals(found.status, "running");
  assertEquals((await box.shell("imp restart held <&- 2>&-")).code, 0);
  await daemonPid(box);
});
