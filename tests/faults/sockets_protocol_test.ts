/** FAULTS.md, group B: sockets, protocol and clients, as far as other tests do not tell it. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { hasTools } from "../support/process_facts.ts";

const IS_ROOT = Deno.uid() === 0;
const HOLD = ["add", "--name", "held", "--", ...fixture("hold.sh")];

/** What may lie where the socket belongs; none of it is imp's to remove. */
const PLANTS: Record<string, (box: Box, path: string) => Promise<unknown>> = {
  directory: (_box, path) => Deno.mkdir(path),
  file: (_box, path) => Deno.writeTextFile(path, "precious"),
  "dangling link": (box, path) => Deno.symlink(`${box.root}/nowhere`, path),
  fifo: (box, path) => box.run(["mkfifo", path]),
};

Deno.test("F23 what is no socket of ours at its place is named, never removed, and doctor tells of it", async () => {
  await using box = await openBox();
  const id = ["--daemon-id", "d"];
  await box.impOk([...id, "daemon", "start"]);
  await box.impOk([...id, "daemon", "stop"]);
  const path = `${box.runtimeDir}/d/daemon.sock`;
  for (const [what, plant] of Object.entries(PLANTS)) {
    await plant(box, path);
    const { ino, mode } = await Deno.lstat(path);
    const { code, stderr } = await box.imp([...id, "ping"]);
    assert(code !== 0 && stderr.includes(path), `${what}: ${code} ${stderr}`);
    const { findings } = JSON.parse((await box.imp([...id, "doctor", "--fix", "--json"])).stdout);
    const finding = findings.find(({ check }: { check: string }) => check === "sockets");
    assertEquals([finding.level, finding.text.includes(path)], ["problem", true], what);
    const left = await Deno.lstat(path);
    assertEquals([left.ino, left.mode], [ino, mode], what);
    if (what === "file") assertEquals(await Deno.readTextFile(path), "precious");
    await Deno.remove(path);
  }
  await box.impOk([...id, "ping"]);
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

Deno.test({
  name: "D9 the way to the state is checked like that to the sockets, and nothing is written on it",
  ignore: !IS_ROOT,
  async fn() {
    await using box = await openBox();
    const spoiled: Record<string, (root: string) => Promise<void>> = {
      "imp/ is another user's, open to all": async (root) => {
        await Deno.mkdir(`${root}/imp`);
        await Deno.chmod(`${root}/imp`, 0o777);
        await Deno.chown(`${root}/imp`, 65534, 65534);
      },
      "imp/ is our own, open to all": async (root) => {
        await Deno.mkdir(`${root}/imp`);
        await Deno.chmod(`${root}/imp`, 0o777);
      },
      "what it lies in is another user's": (root) => Deno.chown(root, 65534, 65534),
      "what it lies in is open to all": (root) => Deno.chmod(root, 0o777),
    };
    for (const [index, [what, spoil]] of Object.entries(spoiled).entries()) {
      const state = `${box.root}/s${index}`;
      await Deno.mkdir(state, { mode: 0o700 });
      await spoil(state);
      const before = (await box.run(["find", state])).stdout;
      const { code, stderr } = await box.imp(["add", "--", "true"], {
        env: { XDG_STATE_HOME: state },
      });
      assertEquals(code, 77, `${what}: ${stderr}`);
      assert(stderr.includes(state) && stderr.includes("hint: "), `${what}: ${stderr}`);
      assertEquals((await box.run(["find", state])).stdout, before, what);
    }
  },
});

Deno.test({
  name: "D8 another user's directory is refused with a way out that gives him nothing",
  ignore: !IS_ROOT || !hasTools("setpriv"),
  async fn() {
    await using box = await openBox();
    await Deno.chmod(box.root, 0o755);
    const planted = `${box.root}/planted`;
    await Deno.mkdir(`${planted}/imp`, { recursive: true, mode: 0o755 });
    const { code, stderr } = await box.imp(["add", "--", "true"], {
      env: { XDG_RUNTIME_DIR: planted },
    });
    assertEquals(code, 0, stderr);
    await box.impOk(["nuke"], { env: { XDG_RUNTIME_DIR: planted } });
    await Deno.chown(`${planted}/imp`, 65534, 65534);
    const refused = await box.imp(["add", "--", "true"], { env: { XDG_RUNTIME_DIR: planted } });
    assertEquals(refused.code, 77);
    assert(!refused.stderr.includes("chown"), refused.stderr);
    await Deno.chmod(box.root, 0o700);
  },
});

Deno.test({
  name: "D11 a project file that a stranger left above decides nothing, and is named once",
  ignore: !IS_ROOT,
  async fn() {
    await using box = await openBox();
    await box.file("project/imp.yaml", "daemon: { idle_exit: 1h }\n");
    await Deno.mkdir(`${box.project}/mine`);
    const cwd = `${box.project}/mine`;
    const shared = (await box.impJson(["overview"], { cwd })).project_dir;
    assertEquals(shared, box.project);
    await Deno.chown(`${box.project}/imp.yaml`, 65534, 65534);
    const { stdout, stderr } = await box.imp(["overview"], { cwd });
    assert(stdout.includes(cwd), stdout);
    assertEquals(stderr, `imp: ignoring ${box.project}/imp.yaml: it belongs to user 65534\n`);
    assertEquals((await box.imp(["overview", "--json"], { cwd })).stderr, "");
    const { findings } = JSON.parse((await box.imp(["doctor", "--json"], { cwd })).stdout);
    assert(
      findings.some((each: { level: string; text: string }) =>
        each.level === "warning" && each.text.includes("imp.yaml")
      ),
    );
  },
});

/** Listens as another user and writes down what it is sent. */
const LISTENER = `use IO::Socket::UNIX; my ($path, $out) = @ARGV;
  my $s = IO::Socket::UNIX->new(Local => $path, Listen => 5) or die; $| = 1; print "READY\n";
  while (my $c = $s->accept) {
    open my $f, ">>", $out; print $f "connected\n"; close $f;
    while (sysread($c, my $bytes, 65536)) { open $f, ">>", $out; print $f $bytes; close $f; }
  }`;

Deno.test({
  name: "D8 whoever listens in a directory that was given away by mistake is sent nothing",
  ignore: !IS_ROOT || !hasTools("setpriv", "perl"),
  async fn() {
    await using box = await openBox();
    await Deno.chmod(box.root, 0o755);
    const runtime = `${box.root}/r`;
    await Deno.mkdir(`${runtime}/imp/d`, { recursive: true, mode: 0o755 });
    const owned = [runtime, `${runtime}/imp`, `${runtime}/imp/d`];
    for (const path of owned) await Deno.chown(path, 65534, 65534);
    const heard = `${box.root}/heard`;
    await Deno.writeTextFile(heard, "");
    await Deno.chown(heard, 65534, 65534);
    const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const listen = ["perl", "-e", LISTENER, `${runtime}/imp/d/daemon.sock`, heard];
    await using squatter = box.start([...asNobody, ...listen]);
    await squatter.waitForStdout("READY");
    // As a hint once said.
    assertEquals((await box.run(["chown", "-R", "0:0", runtime])).code, 0);
    await Deno.chmod(`${runtime}/imp/d`, 0o700);
    const env = { XDG_RUNTIME_DIR: runtime, SECRET: "hush" };
    for (const command of [["add", "--", "true"], ["list"], ["daemon", "status"], ["nuke"]]) {
      const { code, stderr } = await box.imp(["--daemon-id", "d", ...command], { env });
      assertEquals(code, 77, `${command}: ${stderr}`);
      assert(stderr.includes("user 65534") && !stderr.includes("chown"), stderr);
    }
    // It hears one after the other: with this it has heard all that those said.
    using last = await Deno.connect({ transport: "unix", path: `${runtime}/imp/d/daemon.sock` });
    await last.write(new TextEncoder().encode("END\n"));
    const lines = await eventually("it has heard all", async () => {
      const found = (await Deno.readTextFile(heard)).trim().split("\n");
      return found.at(-1) === "END" && found;
    });
    assertEquals(new Set(lines), new Set(["connected", "END"]));
    squatter.kill("SIGKILL");
    await squatter.result();
    await Deno.chmod(box.root, 0o700);
  },
});

Deno.test("D10 the daemon of another state in one's runtime directory is refused by name, and nothing is done to it", async () => {
  await using box = await openBox();
  const id = ["--daemon-id", "d"];
  await box.impOk([...id, ...HOLD]);
  const other = { env: { XDG_STATE_HOME: `${box.root}/other` } };
  const commands = [["list"], ["add", "--", "true"], ["nuke"], ["daemon", "stop"], ["status"]]
    .concat([["daemon", "status"], ["daemon", "restart"], ["--takeover", "ping"]]);
  for (const command of commands) {
    const { code, stderr } = await box.imp([...id, ...command], other);
    assertEquals(code, 69, `${command}: ${stderr}`);
    assert(stderr.includes(`${box.stateDir}/d`) && stderr.includes(`${box.root}/other`), stderr);
    assert(stderr.includes(`XDG_STATE_HOME=${box.root}/state;`), stderr);
  }
  const [job] = (await box.impJson([...id, "list"])).jobs;
  assertEquals([job.name, job.status], ["held", "running"]);
  await Deno.symlink(`${box.root}/state`, `${box.root}/link`);
  const same = { env: { XDG_STATE_HOME: `${box.root}/link` } };
  assertEquals((await box.imp([...id, "list"], same)).code, 0);
});
