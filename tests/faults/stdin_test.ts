/** What stands around the stdin of a job is killed, removed and left waiting: the job reads what was sent, in order. */
import { assert, assertEquals } from "@std/assert";
import { readKeeperMark } from "../../src/platform/spawn/keeper.ts";
import { listProcesses } from "../../src/platform/processes/process_table.ts";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid, killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { findKeeper } from "../support/keepers.ts";
import { isAlive, parentOf, watchPeak } from "../support/process_facts.ts";

const ID = ["--daemon-id", "d"];
const MIB = 1024 * 1024;
const BIG = 64 * MIB;
const MOST_GROWTH = BIG / 2;
const IS_LINUX = Deno.build.os === "linux";

interface Added {
  readonly jobId: string;
  readonly pid: number;
  readonly stateDir: string;
  readonly runDir: string;
}

/** A job that runs a line of shell with a stdin. */
async function addJob(box: Box, name: string, script: string): Promise<Added> {
  const command = ["--stdin", "--", "sh", "-c", script];
  const added = await box.impOk([...ID, "--json", "add", "--name", name, ...command]);
  const job = JSON.parse(added);
  const stateDir = `${box.stateDir}/d`;
  return { jobId: job.id, pid: job.pid, stateDir, runDir: `${stateDir}/runs/${job.id}-1` };
}

function holdersOf({ jobId, stateDir }: Added): number[] {
  const { shells } = findKeeper({ jobId, run: 1, stream: "stdin", stateDir });
  return shells.map(({ pid }) => pid);
}

/** Of whatever run of the box. */
function anyHolder(box: Box): number[] {
  const stateDir = Deno.realPathSync(box.stateDir);
  return listProcesses().map(({ pid }) => pid).filter((pid) => {
    const mark = readKeeperMark(pid);
    return mark?.includes(".stdin ") && mark.includes(stateDir);
  });
}

async function shows(box: Box, job: string, text: string): Promise<void> {
  let shown = "";
  await eventually(`${job} shows ${JSON.stringify(text)}`, async () => {
    shown = await box.impOk([...ID, "stdout", job]);
    return shown === text;
  }, { explain: () => shown });
}

async function codeOf(box: Box, args: readonly string[]): Promise<[number, string]> {
  const { code, stderr } = await box.imp([...ID, "--json", ...args]);
  return [code, stderr === "" ? "" : JSON.parse(stderr).error.code];
}

Deno.test("F134 what holds a stdin open is killed: that is its end, and no later send is taken for sent", async () => {
  await using box = await openBox();
  const job = await addJob(box, "job", "cat; echo END; exec sleep 1000");
  await box.impOk([...ID, "send", "job", "before"]);
  await shows(box, "job", "before\n");
  const holders = holdersOf(job);
  assertEquals(holders.length, 1);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"] as const) {
    Deno.kill(holders[0]!, signal);
  }
  await box.impOk([...ID, "send", "job", "alive"]);
  await shows(box, "job", "before\nalive\n");
  Deno.kill(holders[0]!, "SIGKILL");
  await shows(box, "job", "before\nalive\nEND\n");
  assertEquals(await codeOf(box, ["send", "job", "x"]), [6, "job.stdin_ended"]);
});

Deno.test("F134 what holds a stdin open is stopped, or its job's shim killed: it ends when it is told, and not before", async () => {
  if (!IS_LINUX) return console.log("NOT RUN: needs /proc");
  await using box = await openBox();
  const job = await addJob(box, "job", "cat; echo END; exec sleep 1000");
  const [holder] = holdersOf(job);
  Deno.kill(holder!, "SIGSTOP");
  await box.impOk([...ID, "send", "job", "--eof"]);
  await shows(box, "job", "END\n");
  assert(!isAlive(holder!));
  const other = await addJob(box, "other", "cat; echo END; exec sleep 1000");
  Deno.kill(parentOf(other.pid), "SIGKILL");
  await box.impOk([...ID, "send", "other", "on"]);
  await shows(box, "other", "on\n");
  await box.impOk([...ID, "send", "other", "--eof"]);
  await shows(box, "other", "on\nEND\n");
});

Deno.test("F134 nothing holds the stdin of a run that has ended, been stopped or outlived its daemon", async () => {
  await using box = await openBox();
  await addJob(box, "ends", "read x");
  await addJob(box, "stops", "exec sleep 1000");
  await addJob(box, "stays", "cat");
  assertEquals(anyHolder(box).length, 3);
  await box.impOk([...ID, "send", "ends", "now"]);
  await box.impOk([...ID, "stop", "stops"]);
  await eventually("one is left", () => anyHolder(box).length === 1);
  await killDaemon(box, ID);
  assertEquals(anyHolder(box).length, 1);
  await box.impOk([...ID, "send", "stays", "on", "--eof"]);
  await eventually("none is left", () => anyHolder(box).length === 0);
  assertEquals(await box.impOk([...ID, "stdout", "stays"]), "on\n");
});

Deno.test("F135 the daemon is killed between two sends, before the end, and while much is sent", async () => {
  await using box = await openBox();
  await addJob(box, "job", "cat > got");
  await box.impOk([...ID, "send", "job", "one"]);
  await killDaemon(box, ID);
  await box.impOk([...ID, "send", "job", "two"]);
  await killDaemon(box, ID);
  await box.impOk([...ID, "send", "job", "--eof"]);
  await box.impOk([...ID, "wait", "job"]);
  assertEquals(await Deno.readTextFile(`${box.project}/got`), "one\ntwo\n");

  await box.run(["mkfifo", `${box.project}/gate`]);
  await box.shell(`head -c ${3 * MIB} /dev/urandom > big`);
  await addJob(box, "much", "read go < gate; cat > much");
  await using sender = box.start([
    ...["sh", "-c", `exec "$@" < big`, "sh", ...box.executable.command],
    ...[...ID, "send", "much", "-", "--eof"],
  ]);
  await eventually("the sender waits", () => waitsAt(sender.pid));
  await killDaemon(box, ID);
  await Deno.writeTextFile(`${box.project}/gate`, "go\n");
  assertEquals((await sender.result()).code, 0);
  await box.impOk([...ID, "wait", "much"]);
  assertEquals((await box.shell("cmp big much")).stdout, "");
});

Deno.test("F135 the daemon dies at either step of ending a stdin: told again, it has ended", async () => {
  await using box = await openBox();
  for (const point of ["stdin.before_end", "stdin.after_end"]) {
    const name = point.replace(".", "-");
    await box.imp([...ID, "daemon", "stop", "--keep-jobs"]);
    await box.impOk([...ID, "daemon", "start"], { env: { IMP_FAIL: `${point}:abort` } });
    await addJob(box, name, "cat; echo END; exec sleep 1000");
    assertEquals(await codeOf(box, ["send", name, "--eof"]), [69, "daemon.connection_lost"]);
    assertEquals(await codeOf(box, ["send", name, "--eof"]), [0, ""]);
    await shows(box, name, "END\n");
  }
});

Deno.test("F136 the FIFOs of a stdin are removed: what is sent arrives, and its end", async () => {
  if (!IS_LINUX) return console.log("NOT RUN: only Linux has a way to a FIFO without a name");
  await using box = await openBox();
  const job = await addJob(box, "job", "cat > got");
  await Deno.remove(`${job.runDir}/stdin`);
  await Deno.remove(`${job.runDir}/stdin.end`);
  await box.impOk([...ID, "send", "job", "words"]);
  await box.impOk([...ID, "send", "job"], { input: "bytes" });
  await box.impOk([...ID, "send", "job", "--eof"]);
  await box.impOk([...ID, "wait", "job"]);
  assertEquals(await Deno.readTextFile(`${box.project}/got`), "words\nbytes");
});

Deno.test("F137 a job reads nothing of much that is sent: its senders wait, or go, and nobody else does", async () => {
  await using box = await openBox();
  await box.run(["mkfifo", `${box.project}/gate`]);
  await box.shell(`head -c ${BIG} /dev/zero > big`);
  await addJob(box, "job", "read go < gate; wc -c");
  await addJob(box, "other", "cat > got");
  const grown = IS_LINUX ? watchPeak(await daemonPid(box, ID)) : () => 0;
  const send = (job: string) =>
    box.start([
      ...["sh", "-c", `exec "$@" < big`, "sh", ...box.executable.command],
      ...[...ID, "send", job],
    ]);
  await using stuck = send("job");
  await using interrupted = send("job");
  await eventually("they wait", () => waitsAt(stuck.pid) && waitsAt(interrupted.pid));
  // By way of the daemon it waits, too, for as long as its client does.
  await using words = box.startImp([...ID, "send", "job", "x".repeat(100_000)]);
  await box.impOk([...ID, "ping"]);
  await box.impOk([...ID, "send", "other", "served", "--eof"]);
  await box.impOk([...ID, "wait", "other"]);
  assertEquals(await Deno.readTextFile(`${box.project}/got`), "served\n");
  interrupted.kill("SIGINT");
  await interrupted.result();
  words.kill("SIGKILL");
  await words.result();
  await Deno.writeTextFile(`${box.project}/gate`, "go\n");
  assertEquals((await stuck.result()).code, 0);
  await box.impOk([...ID, "send", "job", "--eof"]);
  await box.impOk([...ID, "wait", "job"]);
  assert(Number(await box.impOk([...ID, "stdout", "job"])) >= BIG);
  const growth = grown();
  assert(growth < MOST_GROWTH, `the daemon grew by ${growth / MIB} MiB`);
});

/** Whether a process has read of the file that is its stdin what it can, for now; elsewhere than on Linux it may. */
function waitsAt(pid: number): boolean {
  if (!IS_LINUX) return true;
  const text = Deno.readTextFileSync(`/proc/${pid}/fdinfo/0`);
  return Number(/^pos:\s+(\d+)/m.exec(text)![1]) >= 64 * 1024;
}
