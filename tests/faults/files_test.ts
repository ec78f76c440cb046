/** FAULTS.md, group D: files and logs, as far as other tests do not tell it. */
import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { findImp } from "../support/imp_executable.ts";
import { hasTools } from "../support/process_facts.ts";
import { fixture } from "../support/fixtures.ts";

Deno.test("F103 a log directory that cannot be written to fails the start by name, and nothing else", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "held", "--", ...fixture("hold.sh")]);
  const { stdout_path } = await box.impJson(["show", "held"]);
  const logs = stdout_path.split("/").slice(0, -2).join("/");
  let tries = 0;
  // The daemon mends it within 2 s, which may be before it comes to the start.
  const failed = await eventually("a start meets it", async () => {
    if ((await Deno.lstat(logs)).isDirectory) {
      await Deno.rename(logs, tries++ === 0 ? `${logs}.away` : `${logs}.mended${tries}`);
      await Deno.writeTextFile(logs, "in the way");
    }
    await box.imp(["add", "--name", "next", "--", "true"]);
    const shown = await box.impJson(["show", "next"]);
    return shown.status === "failed" && shown;
  });
  assert(failed.reason.includes(logs), failed.reason);
  assertEquals((await box.impJson(["show", "held"])).status, "running");
  await Deno.remove(logs, { recursive: true });
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

const TOLD: Readonly<Record<string, string>> = {
  'rm "$log"': "removed its file",
  'mv "$log" "$log.1"': "removed its file",
  'mv "$log" "$log.1"; echo strange > "$log"': "replaced its file",
  ': > "$log"': "emptied or shortened its file",
  'cp "$log" "$log.1"; truncate -s 0 "$log"': "emptied or shortened its file",
};

Deno.test("F104 F105 a log that others take away or empty while its job runs costs no follower a byte, no code and no run after it", async () => {
  for (const [harm, told] of Object.entries(TOLD)) {
    await using box = await openBox();
    await box.run(["mkfifo", "gate"]);
    const command = ["run", "--name", "gated", "--", ...fixture("gate.sh", "gate", "5")];
    await using run = box.startImp(command);
    await run.waitForStdout("READY\n");
    await using logs = box.startImp(["logs", "-f", "gated"]);
    await using json = box.startImp(["--json", "stdout", "-f", "gated"]);
    for (const each of [logs, json]) await each.stdout.waitFor("READY");
    const { stdout_path } = await box.impJson(["show", "gated"]);
    // It would put things right, and who follows may look only then: nothing was lost, and nothing is to be told.
    const daemon = await daemonPid(box);
    Deno.kill(daemon, "SIGSTOP");
    assertEquals((await box.shell(`log='${stdout_path}'; ${harm}`)).code, 0);
    // What comes is longer than what was there: nobody can tell by the size.
    await box.shell("echo 'through a gate' > gate");
    await run.waitForStderr(`imp: stdout: somebody ${told}`);
    await logs.waitForStderr(`imp: gated: stdout: somebody ${told}`);
    await json.waitForStdout('"notice"');
    Deno.kill(daemon, "SIGCONT");
    const { code, stdout, stderr } = await run.result();
    assertEquals([code, stdout], [5, "READY\nthrough a gate\n"], harm);
    await logs.waitForStdout("through a gate\n");
    const lines = (await json.result()).stdout.trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    const notice = told.split(" ")[0]!.replace("emptied", "truncated");
    assert(lines.some((line) => line.type === "notice" && line.notice === notice), stderr);
    assertEquals((await box.imp(["logs", "gated"])).code, 0);
    assertEquals((await box.imp(["run", "--", "echo", "next"])).stdout, "next\n");
  }
});

Deno.test("F104 a log that is moved away or replaced gets its place back, and nothing is torn apart", async () => {
  for (const harm of ['mv "$log" "$log.1"', 'mv "$log" "$log.1"; echo strange > "$log"']) {
    await using box = await openBox();
    await box.run(["mkfifo", "first", "second"]);
    const script = "echo begin; read -r x < first; seq 1 20000; read -r x < second; echo end";
    await using run = box.startImp(["run", "--name", "long", "--", "sh", "-c", script]);
    await run.waitForStdout("begin\n");
    const { stdout_path } = await box.impJson(["show", "long"]);
    const before = await Deno.stat(stdout_path);
    assertEquals((await box.shell(`log='${stdout_path}'; ${harm}`)).code, 0);
    await box.shell("echo > first");
    await eventually("the log is back", async () => {
      const there = await Deno.stat(stdout_path).catch(() => undefined);
      return there?.ino === before.ino;
    });
    await box.shell("echo > second");
    const numbers = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join("");
    const { code, stdout } = await run.result();
    assertEquals([code, stdout === `begin\n${numbers}end\n`], [0, true], harm);
    assertEquals(await box.impOk(["stdout", "long"]), stdout);
    const { stderr } = await box.imp(["ls"]);
    assert(stderr.includes(stdout_path) && stderr.includes("was made anew"), stderr);
  }
});

Deno.test("F104 a log that is removed under its job gets no second keeper, and who follows it gets every byte", async () => {
  await using box = await openBox();
  await box.run(["mkfifo", "first", "second"]);
  const script = "echo begin; read -r x < first; seq 1 20000; read -r x < second; echo end";
  await using run = box.startImp(["run", "--name", "long", "--", "sh", "-c", script]);
  await run.waitForStdout("begin\n");
  const { stdout_path } = await box.impJson(["show", "long"]);
  await Deno.remove(stdout_path);
  // By then the keepers have been looked at, too.
  await eventually(
    "it is told",
    async () => (await box.imp(["ls"])).stderr.includes("is lost until its restart"),
  );
  await box.shell("echo > first; echo > second");
  const { code, stdout } = await run.result();
  const numbers = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join("");
  assertEquals([code, stdout === `begin\n${numbers}end\n`], [0, true]);
});

/** What may be put where the log of the next run belongs. */
const TRAPS: Record<string, (path: string, victim: string) => readonly string[]> = {
  "F111 a link to somebody's file": (path, victim) => ["ln", "-s", victim, path],
  "F124 a FIFO that nobody reads": (path) => ["mkfifo", path],
  "F124 a directory": (path) => ["mkdir", path],
};

for (const [what, set] of Object.entries(TRAPS)) {
  Deno.test(`${what} at the place of a log is not written to, and fails the start by name`, async () => {
    await using box = await openBox();
    await box.impOk(["add", "--name", "once", "--", "sh", "-c", "echo secret"]);
    await box.imp(["wait", "once"]);
    const { stdout_path } = await box.impJson(["show", "once"]);
    const next = stdout_path.replace("/1.stdout", "/2.stdout");
    const victim = await box.file("project/victim", "untouched");
    assertEquals((await box.run(set(next, victim))).code, 0);
    await box.imp(["restart", "once"]);
    const found = await box.impJson(["show", "once"]);
    assertEquals([found.status, found.run, found.exit_code], ["failed", 2, null]);
    assert(found.reason.includes(next), found.reason);
    assertEquals(await Deno.readTextFile(victim), "untouched");
  });
}

Deno.test("F111 a link at the place of a job's directory of logs leads nowhere", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "once", "--", "sh", "-c", "echo secret"]);
  await box.imp(["wait", "once"]);
  const { stdout_path } = await box.impJson(["show", "once"]);
  const logs = stdout_path.slice(0, stdout_path.lastIndexOf("/"));
  const victim = `${box.root}/victim`;
  await Deno.mkdir(victim);
  await Deno.rename(logs, `${logs}.away`);
  await Deno.symlink(victim, logs);
  await box.imp(["restart", "once"]);
  const found = await box.impJson(["show", "once"]);
  assertEquals(found.status, "failed");
  assert(found.reason.includes(logs), found.reason);
  assertEquals([...Deno.readDirSync(victim)], []);
  await Deno.remove(logs);
  await Deno.rename(`${logs}.away`, logs);
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

const IMP = await findImp();
const CAN_TRACE = IMP.kind === "compiled" && hasTools("strace");
if (!CAN_TRACE) console.warn("NOT RUN: F114 needs strace and the compiled executable");

Deno.test({
  name:
    "F114 the executable reads no code from the directory of temporary files, where anybody may have put it",
  ignore: !CAN_TRACE,
  async fn() {
    await using box = await openBox();
    const trace = `${box.root}/trace`;
    const strace = ["strace", "-f", "-qq", "-e", "trace=open,openat,execve", "-o", trace];
    const daemon = [...strace, ...IMP.command, "daemon", "run"];
    await using traced = box.start(daemon);
    await traced.waitForStderr("daemon ready");
    const client = await box.run([...strace, "-o", `${trace}.client`, ...IMP.command, "list"]);
    assertEquals(client.code, 0, client.stderr);
    await box.impOk(["nuke"]);
    assertEquals((await traced.result()).code, 0);
    for (const path of [trace, `${trace}.client`]) {
      const calls = (await Deno.readTextFile(path)).split("\n");
      assert(calls.some((call) => call.includes("/proc/self/")), "the trace shows what is opened");
      const suspicious = calls.filter((call) =>
        /deno-compile/.test(call) || call.includes(`"${box.env.TMPDIR}`)
      );
      assertEquals(suspicious, []);
    }
  },
});
