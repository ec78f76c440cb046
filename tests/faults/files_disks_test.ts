/** FAULTS.md, group D: files, logs and disks, as far as other tests do not tell it. */
import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { CAN_MOUNT, mountState } from "../support/small_disk.ts";

if (!CAN_MOUNT) console.warn("NOT RUN: F100 F101 F102 need root and the right to mount");

Deno.test({
  name:
    "F100 F101 F102 on a full disk codes are kept, the daemon lives, and all is well with space",
  ignore: !CAN_MOUNT,
  async fn() {
    await using box = await openBox();
    await using disk = await mountState(box, 2048);
    await box.run(["mkfifo", "gate"]);
    await box.impOk(["add", "--name", "gated", "--", ...fixture("gate.sh", "gate", "7")]);
    await box.impOk(["add", "--name", "held", "--", ...fixture("hold.sh")]);
    const { pid } = await box.impJson(["ping"]);
    await disk.fill();
    await box.shell("echo go > gate");
    const refused = await box.imp(["add", "--name", "third", "--", "sh", "-c", "echo no"]);
    const full = await box.imp(["list"]);
    assertEquals(full.code, 0, full.stderr);
    if (refused.code !== 0) assert(/full|space/i.test(refused.stderr), refused.stderr);
    const stop = await box.imp(["stop", "held"]);
    if (stop.code !== 0) assert(/disk is full[^]*imp signal/.test(stop.stderr), stop.stderr);
    assertEquals((await box.imp(["signal", "CONT", "held"])).code, 0);
    assertEquals((await box.impJson(["ping"])).pid, pid);
    await disk.free();
    if (stop.code === 0) await box.impOk(["start", "held"]);
    const ended = await eventually("the end is recorded", async () => {
      const found = await box.impJson(["show", "gated"]);
      return found.exit_code === 7 && found;
    });
    assertEquals(ended.status, "failed");
    assertEquals((await box.impJson(["show", "held"])).status, "running");
    assertEquals((await box.imp(["run", "--", "sh", "-c", "exit 4"])).code, 4);
  },
});

Deno.test({
  name: "F100 a job that fills the disk gets ENOSPC itself, and others are served",
  ignore: !CAN_MOUNT,
  async fn() {
    await using box = await openBox();
    await using _disk = await mountState(box, 2048);
    await box.impOk(["add", "--name", "held", "--", ...fixture("hold.sh")]);
    const { pid } = await box.impJson(["ping"]);
    await box.imp([
      "add",
      "--name",
      "wordy",
      "--",
      "sh",
      "-c",
      "seq 1 1000000 2>&1 || { echo full > told; exit 9; }",
    ]);
    await eventually(
      "the job was told",
      () => Deno.readTextFileSync(`${box.project}/told`) === "full\n",
    );
    assertEquals((await box.imp(["list"])).code, 0);
    assertEquals((await box.impJson(["ping"])).pid, pid);
    await box.shell("for log in imp/*/logs/*/*.stdout.log; do : > $log; done", {
      cwd: `${box.root}/state`,
    });
    await eventually(
      "the code is known",
      async () => (await box.impJson(["show", "wordy"])).exit_code === 9,
    );
    assertEquals((await box.impJson(["show", "held"])).status, "running");
    assertEquals((await box.imp(["run", "--", "sh", "-c", "exit 4"])).code, 4);
  },
});

Deno.test("F103 a log directory that cannot be written to fails the start by name, and nothing else", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "held", "--", ...fixture("hold.sh")]);
  const { stdout_path } = await box.impJson(["show", "held"]);
  const logs = stdout_path.split("/").slice(0, -2).join("/");
  await Deno.rename(logs, `${logs}.away`);
  await Deno.writeTextFile(logs, "in the way");
  await box.imp(["add", "--name", "next", "--", "true"]);
  const failed = await box.impJson(["show", "next"]);
  assertEquals(failed.status, "failed");
  assert(failed.reason.includes(logs), failed.reason);
  assertEquals((await box.impJson(["show", "held"])).status, "running");
  await Deno.remove(logs);
  await Deno.rename(`${logs}.away`, logs);
  assertEquals((await box.imp(["run", "--", "sh", "-c", "exit 4"])).code, 4);
});

Deno.test("F107 two writers on one log never tear each other's lines", async () => {
  await using box = await openBox();
  const writer = (tag: string) =>
    `(i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo ${tag.repeat(40)}; done) &`;
  const script = `${writer("a")} ${writer("b")} wait`;
  await box.imp(["run", "--name", "two", "--", "sh", "-c", script]);
  const lines = (await box.impOk(["stdout", "two"])).trim().split("\n");
  assertEquals(lines.length, 1000);
  assert(lines.every((line) => line === "a".repeat(40) || line === "b".repeat(40)));
});

Deno.test("F111 a link at the place of a log is not written through", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "once", "--", "sh", "-c", "echo secret"]);
  const { stdout_path } = await box.impJson(["show", "once"]);
  const target = await box.file("project/victim", "untouched");
  await Deno.symlink(target, stdout_path.replace("/1.stdout", "/2.stdout"));
  await box.imp(["restart", "once"]);
  assertEquals(await Deno.readTextFile(target), "untouched");
});

Deno.test("F113 directories are 0700 and files 0600 whatever the caller's umask", async () => {
  for (const umask of ["000", "077", "0777"]) {
    await using box = await openBox();
    const { code, stderr } = await box.shell(
      `umask ${umask}; imp run -- sh -c 'echo hi >&2; exit 5'`,
    );
    assertEquals(code, 5, `${umask}: ${stderr}`);
    for (const root of [box.runtimeDir, box.stateDir]) {
      const found = await box.run(["find", root, "-perm", "/077", "!", "-type", "l"]);
      assertEquals(found.stdout, "", umask);
    }
    await box.impOk(["nuke"]);
  }
});

Deno.test("F114 nothing is read from or left in the directory of temporary files", async () => {
  await using box = await openBox();
  await box.imp(["run", "--", "true"]);
  await box.imp(["list"]);
  await box.imp(["nuke"]);
  const left = [...Deno.readDirSync(box.env.TMPDIR!)].map(({ name }) => name);
  assertEquals(left.filter((name) => name.startsWith("deno-compile")), []);
});

Deno.test("F115 a secret of the environment is in no output and in no file but the store", async () => {
  await using box = await openBox();
  const canary = `canary-${crypto.randomUUID()}`;
  await box.impOk([
    "add",
    "--name",
    "held",
    "--env",
    `SECRET=${canary}`,
    "--",
    ...fixture("hold.sh"),
  ]);
  const outputs = [
    ...["list", "show held", "status", "overview", "doctor"].map((words) => [
      ...words.split(" "),
      "--json",
    ]),
    ["show", "held"],
    ["list"],
  ];
  for (const args of outputs) {
    const { stdout, stderr } = await box.imp(args);
    assert(!`${stdout}${stderr}`.includes(canary), args.join(" "));
  }
  const { stdout } = await box.run([
    "grep",
    "-rlF",
    canary,
    `${box.root}/state`,
    `${box.root}/run`,
  ]);
  for (const path of stdout.trim().split("\n")) assert(/state\.db(-wal)?$/.test(path), path);
});
