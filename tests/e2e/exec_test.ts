import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { findImp } from "../support/imp_executable.ts";
import { isAlive, memoryOf, watchPeak } from "../support/process_facts.ts";

const MIB = 1024 * 1024;
/** What the memory of a process may grow by, whatever passes through it. */
const MOST_GROWTH = 40 * MIB;
const BIG_FILE_MIB = 256;

/** The processes of commands that run through exec, by a word in their command line. */
async function running(box: Box, word: string): Promise<number[]> {
  const all = await box.processes();
  return all.filter(({ command }) => command.includes(word) && !command.includes("exec -"))
    .map(({ pid }) => pid);
}

function gone(box: Box, word: string): Promise<true> {
  return eventually(`no "${word}" is left`, async () => (await running(box, word)).length === 0);
}

Deno.test("what a script prints is there before it goes on", async () => {
  await using box = await openBox();
  const fifo = `${box.root}/gate`;
  await box.run(["mkfifo", fifo]);
  await using exec = box.startImp(["exec"]);
  await exec.write(`echo first; read -r line <${fifo}; echo "second $line"`);
  await exec.closeStdin();
  await exec.waitForStdout("first\n");
  await Deno.writeTextFile(fifo, "go\n");
  assertEquals((await exec.result()).stdout, "first\nsecond go\n");
});

Deno.test("exec ends with the command's code, or 128 and the signal", async () => {
  await using box = await openBox();
  assertEquals((await box.imp(["exec", "--", "sh", "-c", "exit 7"])).code, 7);
  assertEquals((await box.imp(["exec", "--", "sh", "-c", "kill -TERM $$"])).code, 143);
  assertEquals((await box.imp(["exec", "--", "no-such-command"])).code, 127);
  assertEquals((await box.imp(["exec", "--", "/etc/passwd"])).code, 126);
});

Deno.test("exec keeps stderr apart from stdout", async () => {
  await using box = await openBox();
  const result = await box.imp(["exec", "--", "sh", "-c", "echo out; echo err >&2"]);
  assertEquals([result.stdout, result.stderr], ["out\n", "err\n"]);
});

Deno.test("exec runs where and with what its caller has, or is told", async () => {
  await using box = await openBox();
  const line = `umask 027; imp exec --cwd ${box.root} --env "TWO=2 2"`;
  const input = 'pwd; echo "$ONE $TWO"; umask';
  const result = await box.shell(line, { env: { ONE: "1" }, input });
  assertEquals(result.stdout, `${box.root}\n1 2 2\n0027\n`, result.stderr);
  assertEquals(await box.impOk(["exec", "--", "pwd"]), `${box.project}\n`);
  assertEquals(await box.impOk(["exec", "--shell", "--", "echo a | tr a b"]), "b\n");
});

Deno.test("exec prints what happens as lines of JSON", async () => {
  await using box = await openBox();
  const { stdout } = await box.imp(["exec", "--json", "--", "sh", "-c", "echo a; exit 2"]);
  assertEquals(stdout.trim().split("\n").map((line) => JSON.parse(line)), [
    { type: "output", stream: "stdout", text: "a\n" },
    { type: "exit", exit_code: 2, signal: null },
  ]);
});

Deno.test("a big file comes through exec bit by bit the same, and no memory grows", async () => {
  await using box = await openBox();
  const make = `head -c ${BIG_FILE_MIB * MIB} /dev/urandom > big.bin`;
  assertEquals((await box.shell(make)).code, 0);
  assertEquals((await box.shell("imp exec -- head -c 33554432 big.bin > /dev/null")).code, 0);
  const grown = watchPeak(await daemonPid(box));
  const { code, stderr } = await box.shell("imp exec -- cat big.bin | cmp - big.bin");
  assertEquals(code, 0, stderr);
  const growth = grown();
  assert(growth < MOST_GROWTH, `the daemon grew by ${growth / MIB} MiB`);
});

Deno.test("exec ends with its reader, and the command with it", async () => {
  await using box = await openBox();
  const { stdout } = await box.shell("imp exec -- yes | head -1");
  assertEquals(stdout, "y\n");
  await gone(box, "yes");
});

Deno.test("a reader that stops stops the command, and it goes on with the reader", async () => {
  await using box = await openBox();
  const daemon = await daemonPid(box);
  const taken = await box.file("taken", "");
  const line = `"$0" "$@" exec -- yes | dd of=${taken} bs=64k status=none`;
  await using _exec = box.start(["sh", "-c", line, ...box.executable.command]);
  const size = () => Deno.statSync(taken).size;
  await eventually("output arrives", () => size() > MIB);
  const dd = (await running(box, "dd of="))[0]!;
  Deno.kill(dd, "SIGSTOP");
  const [yes] = await running(box, "yes");
  const memory = memoryOf(daemon, "VmRSS");
  const stoppedAt = size();
  let written = -1;
  await eventually("yes is blocked", async () => {
    const before = written;
    // Whatever it takes to answer these: a daemon that hoarded would have hoarded by then.
    for (let turn = 0; turn < 3; turn++) await box.impOk(["ping"]);
    written = bytesWrittenBy(yes!);
    return written === before;
  });
  assertEquals(size(), stoppedAt);
  assert(written - stoppedAt < MOST_GROWTH, `${written} bytes for ${stoppedAt} that were taken`);
  assert(memoryOf(daemon, "VmRSS") - memory < MOST_GROWTH);
  Deno.kill(dd, "SIGCONT");
  await eventually("it goes on", () => size() > stoppedAt + 4 * MIB);
  Deno.kill(dd, "SIGKILL");
  await gone(box, "yes");
});

const TREE = "sleep 1000001 & (setsid sleep 1000001 &) ; echo READY; wait";
const STUBBORN = 'trap "" TERM; echo READY; while :; do sleep 1000001; done';

Deno.test("Ctrl+C ends exec with 130 and everything that the command started", async () => {
  await using box = await openBox();
  await using exec = box.startImp(["exec", "--", "sh", "-c", TREE]);
  await exec.waitForStdout("READY");
  exec.kill("SIGINT");
  assertEquals((await exec.result()).code, 130);
  await gone(box, "1000001");
});

Deno.test("kill -9 of exec ends everything that the command started", async () => {
  await using box = await openBox();
  await using exec = box.startImp(["exec", "--", "sh", "-c", TREE]);
  await exec.waitForStdout("READY");
  exec.kill("SIGKILL");
  await exec.result();
  await gone(box, "1000001");
});

Deno.test("a command that ignores TERM is gone after the grace", async () => {
  await using box = await openBox();
  await box.file("config/imp/config.json", JSON.stringify({ exec_kill_grace: "300ms" }));
  await using exec = box.startImp(["exec", "--", "sh", "-c", STUBBORN]);
  await exec.waitForStdout("READY");
  exec.kill("SIGINT");
  assertEquals((await exec.result()).code, 130);
  await gone(box, "1000001");
});

Deno.test("exec ends a command that takes too long with 124", async () => {
  await using box = await openBox();
  const result = await box.imp(["exec", "--timeout", "300ms", "--", "sleep", "1000001"]);
  assertEquals(result.code, 124);
  assertStringIncludes(result.stderr, "took too long");
  assertEquals(await running(box, "1000001"), []);
});

Deno.test("a script over the size limit is refused, and nothing of it run", async () => {
  await using box = await openBox();
  await box.file("config/imp/config.json", JSON.stringify({ max_command_bytes: "64KiB" }));
  const ran = `${box.root}/ran`;
  for (const bytes of [80_000, 3 * MIB]) {
    const input = `touch ${ran}\n${"#".repeat(bytes)}`;
    const result = await box.imp(["exec", "--json"], { input });
    assertEquals(result.code, 2);
    assertEquals(JSON.parse(result.stderr).error.code, "command.too_large");
  }
  assertEquals(await box.impOk(["exec"], { input: `#${"#".repeat(60_000)}\necho fits` }), "fits\n");
  assertEquals((await box.shell(`test -e ${ran}`)).code, 1);
});

Deno.test("a script may be longer than an argument of a program", async () => {
  await using box = await openBox();
  const input = `: <<'E'\n${"x".repeat(400_000)}\nE\necho done`;
  assertEquals(await box.impOk(["exec"], { input }), "done\n");
});

Deno.test("execs of many at once do not get mixed up", async () => {
  await using box = await openBox();
  await box.impOk(["ping"]);
  const each = Array.from({ length: 12 }, (_, index) => index);
  const results = await Promise.all(
    each.map((index) =>
      box.imp(["exec", "--", "sh", "-c", `echo out ${index}; echo err ${index} >&2; exit ${index}`])
    ),
  );
  for (const [index, { code, stdout, stderr }] of results.entries()) {
    assertEquals([code, stdout, stderr], [index, `out ${index}\n`, `err ${index}\n`]);
  }
});

Deno.test("daemon status counts and lists who is at it, without credentials", async () => {
  await using box = await openBox();
  const script = "echo READY; exec sleep 1000001";
  await using exec = box.startImp(["exec", "--", "sh", "-c", script, "--token", "s3cret"]);
  await exec.waitForStdout("READY");
  const status = await box.impJson(["daemon", "status"]);
  assertEquals(status.execs, 1);
  assertEquals(status.running_execs[0].command, ["sh", "-c", script, "--token", "***"]);
  assertMatch(await box.impOk(["daemon", "status"]), /execs +1\n +exec\.\d+\.1 +sh -c/);
  exec.kill("SIGINT");
  await exec.result();
  await gone(box, "1000001");
  // Its processes are gone a moment before the daemon has seen it.
  await eventually(
    "it is counted no more",
    async () => (await box.impJson(["daemon", "status"])).execs === 0,
  );
});

Deno.test("a daemon that is stopped tells its execs so and ends them", async () => {
  await using box = await openBox();
  await using exec = box.startImp(["exec", "--json", "--", "sh", "-c", TREE]);
  await exec.waitForStdout("READY");
  await box.impOk(["daemon", "stop"]);
  const { code, stderr } = await exec.result();
  assertEquals(code, 69);
  assertEquals(JSON.parse(stderr).error.code, "exec.cut_off");
  assertEquals(await running(box, "1000001"), []);
});

Deno.test("a takeover waits for execs, and cuts off those that take longer", async () => {
  await using box = await openBox();
  const newer = await findImp({ stamp: "20991231T000000.000Z" });
  await box.file("config/imp/config.json", JSON.stringify({ exec_kill_grace: "300ms" }));
  const fifo = `${box.root}/gate`;
  await box.run(["mkfifo", fifo]);
  await using quick = box.startImp(["exec", "--", "sh", "-c", `echo READY; cat ${fifo}; exit 5`]);
  await using slow = box.startImp(["exec", "--json", "--", "sh", "-c", STUBBORN]);
  await Promise.all([quick.waitForStdout("READY"), slow.waitForStdout("READY")]);
  await using ping = box.start([...newer.command, "ping"]);
  const log = async () => (await box.run(["sh", "-c", `cat ${box.stateDir}/*/daemon.log`])).stdout;
  await eventually("the handover has begun", async () => (await log()).includes("shutting down"));
  await Deno.writeTextFile(fifo, "last words\n");
  const first = await quick.result();
  assertEquals([first.code, first.stdout], [5, "READY\nlast words\n"], first.stderr);
  const second = await slow.result();
  assertEquals(second.code, 69);
  assertEquals(JSON.parse(second.stderr).error.code, "exec.cut_off");
  assertEquals((await ping.result()).code, 0);
  assertMatch(await log(), /An exec was cut off by the shutdown exec=exec\.\d+\.\d command=sh/);
  await gone(box, "1000001");
});

Deno.test("what an exec left in the background on purpose outlives every daemon", async () => {
  await using box = await openBox();
  const script = "setsid sleep 1000001 >/dev/null 2>&1 & echo left";
  assertEquals((await box.imp(["exec", "--", "sh", "-c", script])).stdout, "left\n");
  const [left] = await eventually("it runs", async () => {
    const found = await running(box, "sleep 1000001");
    return found.length === 1 && found;
  });
  Deno.kill(await daemonPid(box), "SIGKILL");
  const next = await daemonPid(box);
  await box.impOk(["exec", "--", "true"]);
  assertEquals([isAlive(left!), isAlive(next)], [true, true]);
  Deno.kill(left!, "SIGKILL");
});

Deno.test("kill -9 of the daemon is told, and the next one ends what it left", async () => {
  await using box = await openBox();
  await using exec = box.startImp(["exec", "--json", "--", "sh", "-c", TREE]);
  await exec.waitForStdout("READY");
  const pids = await running(box, "1000001");
  Deno.kill(await daemonPid(box), "SIGKILL");
  const { code, stderr } = await exec.result();
  assertEquals(code, 69);
  assertEquals(JSON.parse(stderr).error.code, "exec.connection_lost");
  assert(pids.some(isAlive));
  await box.impOk(["ping"]);
  await gone(box, "1000001");
});

function bytesWrittenBy(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(Deno.readTextFileSync(`/proc/${pid}/io`))![1]);
}
