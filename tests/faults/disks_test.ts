/** FAULTS.md, group D: disks that are full, gone read-only or out of inodes, on the file systems people have. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { type Disk, type DiskKind, findDiskKinds, mountDisk } from "../support/disk.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { readDropped } from "../support/keepers.ts";

const KINDS = findDiskKinds("F100 F101 F102 F103 F106");
const FULL = /full|no space|ENOSPC/i;
/** So many jobs do not fit into what a full disk still has in files that are there. */
const MOST_ADDS = 200;

/** A box with its state on a disk of its own, a job that holds and one that ends with 7 when its gate opens. */
async function openWorld(kind: DiskKind, mkfs: string[] = []) {
  const box = await openBox();
  const disk = await mountDisk(box, `${box.root}/state`, { kind, mkfs });
  await box.run(["mkfifo", "gate"]);
  await box.impOk(["add", "--name", "held", "--", ...fixture("hold.sh")]);
  await box.impOk(["add", "--name", "gated", "--", ...fixture("gate.sh", "gate", "7")]);
  const { pid } = await box.impJson(["ping"]);
  return {
    box,
    disk,
    daemon: pid as number,
    async [Symbol.asyncDispose]() {
      await box.imp(["nuke"]);
      await disk[Symbol.asyncDispose]();
      await box[Symbol.asyncDispose]();
    },
  };
}

/** Adds jobs until one is refused, and returns what was said. */
async function refusal(box: Box): Promise<string> {
  for (let count = 0; count < MOST_ADDS; count++) {
    const { code, stderr } = await box.imp(["add", "-q", "--name", `more${count}`, "--", "true"]);
    if (code === 0) continue;
    assert(code < 128 && code !== 70, `${code} ${stderr}`);
    return stderr;
  }
  throw new Error(`${MOST_ADDS} jobs found room on a full disk`);
}

/** Everything works again, and what happened meanwhile is known. */
async function assertRecovered(box: Box, daemon: number): Promise<void> {
  const gated = await eventually("the end is recorded", async () => {
    const found = await box.impJson(["show", "gated"]);
    return found.exit_code !== null && found;
  }, { explain: () => box.explain() });
  assertEquals([gated.status, gated.exit_code, gated.run], ["failed", 7, 1]);
  assertEquals((await box.impJson(["show", "held"])).status, "running");
  assertEquals((await box.imp(["run", "--", "sh", "-c", "exit 4"])).code, 4);
  assertEquals((await box.impJson(["ping"])).pid, daemon);
}

for (const kind of KINDS) {
  Deno.test(`F100 F101 F102 on a full ${kind} no exit code is lost, what is refused is named, and all is well with space`, async () => {
    await using world = await openWorld(kind);
    const { box, disk, daemon } = world;
    const held = (await box.impJson(["show", "held"])).pid;
    await disk.fill();
    await box.shell("echo go > gate");
    await eventually("the command has left its code", () => isMarked(disk, "exit.7"));
    assert(FULL.test(await refusal(box)));
    assertEquals((await box.imp(["list"])).code, 0);
    assertEquals((await box.imp(["signal", "CONT", "held"])).code, 0);
    assertEquals((await box.impJson(["ping"])).pid, daemon);
    // Also the next daemon finds nothing but a full disk, and says so when it cannot begin on it.
    Deno.kill(daemon, "SIGKILL");
    const { code, stderr } = await box.imp(["list"]);
    assert(code === 0 || FULL.test(stderr), `${code} ${stderr}`);
    await disk.empty();
    await assertRecovered(box, await daemonPid(box));
    assertEquals((await box.impJson(["show", "held"])).pid, held);
  });
}

/** How the front of a file is given up there; see `imp doctor`. */
const CUTS: Readonly<Record<DiskKind, RegExp>> = {
  ext4: /cut off the front/,
  xfs: /cut off the front/,
  btrfs: /punched out/,
  tmpfs: /punched out/,
};
const LINES = 400_000;
const LIMIT_KIB = 256;

for (const kind of KINDS) {
  Deno.test(`F106 output is kept within bounds on ${kind} while a job writes, and nothing of what is kept is lost`, async () => {
    await using box = await openBox();
    await using _disk = await mountDisk(box, `${box.root}/state`, { kind });
    await box.file("config/imp/config.json", JSON.stringify({ log_max_bytes: `${LIMIT_KIB}KiB` }));
    await box.run(["mkfifo", "gate"]);
    // In bursts, so that the daemon cuts while the job goes on; at the gate it has said all but its last word.
    const script = `for n in 0 1 2 3; do
      seq $((n * ${LINES / 4} + 1)) $(((n + 1) * ${LINES / 4})); sleep 0.15; done
      read x < gate; echo over`;
    await box.impOk(["add", "--name", "wordy", "--", "sh", "-c", script]);
    const { stdout_path } = await box.impJson(["show", "wordy"]);
    await eventually("it has said all and is within bounds", async () => {
      const said = await box.impOk(["stdout", "-n", "1", "wordy"]);
      return said === `${LINES}\n` && Deno.statSync(stdout_path).blocks! / 2 <= LIMIT_KIB + 128;
    });
    await box.shell("echo go > gate");
    assertEquals((await box.imp(["wait", "wordy"])).code, 0);
    const whole = Array.from({ length: LINES }, (_, index) => `${index + 1}\n`).join("");
    const kept = await box.impOk(["stdout", "wordy"]);
    assert(kept.length > 64 * 1024 && kept.length < whole.length / 2, `${kept.length} bytes`);
    assert(`\n${whole}over\n`.endsWith(`\n${kept}`), "what is kept is the end, in whole lines");
    const { findings }: { findings: { check: string; text: string }[] } = JSON.parse(
      (await box.imp(["doctor", "--json"])).stdout,
    );
    const how = findings.find(({ check }) => check === "bounding")!.text;
    assert(CUTS[kind].test(how), how);
    await box.impOk(["nuke"]);
  });
}

Deno.test({
  name: "F102 a full btrfs that has no room for a name either ends no daemon",
  ignore: !KINDS.includes("btrfs"),
  async fn() {
    await using world = await openWorld("btrfs", ["--mixed"]);
    const { box, disk, daemon } = world;
    await disk.fill();
    assert(FULL.test(await refusal(box)));
    assertEquals((await box.impJson(["ping"])).pid, daemon);
    await disk.empty();
    await box.shell("echo go > gate");
    await assertRecovered(box, daemon);
  },
});

/** The marker, or that the daemon could store the end and has removed it. */
function isMarked(disk: Disk, marker: string): boolean {
  const runs = [...Deno.readDirSync(`${disk.path}/imp`)].map(({ name }) =>
    `${disk.path}/imp/${name}/runs`
  )[0]!;
  const gated = [...Deno.readDirSync(runs)].map(({ name }) =>
    [
      ...Deno.readDirSync(`${runs}/${name}`),
    ].map((entry) => entry.name)
  );
  return gated.length === 1 || gated.some((names) => names.includes(marker));
}

Deno.test({
  name:
    "F100 a job that fills the disk goes on, what finds no room is counted, and others are served",
  ignore: !KINDS.includes("tmpfs"),
  async fn() {
    await using world = await openWorld("tmpfs");
    const { box, disk, daemon } = world;
    const script = "seq 1 2000000; echo written > told; cat gate2; echo after; exit 9";
    await box.run(["mkfifo", "gate2"]);
    await box.imp(["add", "--name", "wordy", "--", "sh", "-c", script]);
    const told = `${box.project}/told`;
    await eventually("the job has written all", () => Deno.readTextFileSync(told) === "written\n");
    assertEquals((await box.imp(["list"])).code, 0);
    assertEquals((await box.impJson(["ping"])).pid, daemon);
    const { stdout_path: log } = await box.impJson(["show", "wordy"]);
    const keptBytes = Deno.statSync(log).size;
    const empty = "for log in imp/*/logs/*/*.stdout.log; do : > $log; done";
    await box.shell(empty, { cwd: disk.path });
    await box.shell("echo go > gate2");
    await eventually(
      "the code is known",
      async () => (await box.impJson(["show", "wordy"])).exit_code === 9,
    );
    assertStringIncludes(Deno.readTextFileSync(log), "after\n");
    const writtenBytes = seqBytes(2_000_000) + "go\nafter\n".length;
    const laterBytes = Deno.statSync(log).size;
    assertEquals(keptBytes + laterBytes + readDropped(log).bytes, writtenBytes);
    await box.shell("echo go > gate");
    await assertRecovered(box, daemon);
  },
});

Deno.test({
  name: "F103 a file system that turns read-only under everything is named, and ends no daemon",
  ignore: !KINDS.includes("ext4"),
  async fn() {
    await using world = await openWorld("ext4");
    const { box, disk, daemon } = world;
    // What ext4 does by itself when it meets an error: nobody is asked, open files or not.
    const { code, stderr } = await box.run(["mount", "-o", "remount,abort", disk.path]);
    assertEquals(code, 0, stderr);
    assert(/read-?only|I\/O error/i.test(await refusal(box)));
    const { stderr: refused } = await box.imp(["stop", "held"]);
    assert(/read-?only|I\/O error/i.test(refused), refused);
    assertEquals((await box.imp(["list"])).code, 0);
    assertEquals((await box.impJson(["show", "held"])).status, "running");
    assertEquals((await box.impJson(["ping"])).pid, daemon);
    // A stop is written down first; a signal is not, and always comes through.
    await box.impOk(["signal", "KILL", "held", "gated"]);
    await eventually("only the daemon is left", async () => (await box.processes()).length === 1);
    Deno.kill(daemon, "SIGKILL");
    await disk[Symbol.asyncDispose]();
  },
});

Deno.test({
  name: "F103 a file system without room for one more file is named, and all is well with some",
  ignore: !KINDS.includes("ext4"),
  async fn() {
    await using world = await openWorld("ext4", ["-N", "64"]);
    const { box, disk, daemon } = world;
    await box.shell("i=0; while : > filler.$((i=i+1)); do :; done", { cwd: disk.path });
    await box.shell("echo go > gate");
    await box.imp(["add", "--name", "next", "--", "true"]);
    const next = await box.impJson(["show", "next"]);
    assertEquals(next.status, "failed");
    assert(FULL.test(next.reason), next.reason);
    assertEquals((await box.impJson(["show", "gated"])).exit_code, 7);
    await disk.empty();
    await assertRecovered(box, daemon);
    assertEquals((await box.imp(["start", "next"])).code, 0);
    assertEquals((await box.imp(["wait", "next"])).code, 0);
  },
});

/** How many bytes `seq 1 COUNT` prints. */
function seqBytes(count: number): number {
  let bytes = 0;
  for (let digits = 1, first = 1; first <= count; digits++, first *= 10) {
    bytes += (Math.min(count, first * 10 - 1) - first + 1) * (digits + 1);
  }
  return bytes;
}
