/** Whatever the faults can leave behind, `imp doctor` tells of it, and `--fix` puts right what can be. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { isAlive, parentOf } from "../support/process_facts.ts";

interface Found {
  readonly check: string;
  readonly level: string;
  readonly text: string;
  readonly fixed: string | null;
}

const ID = ["--daemon-id", "d"];

/** Everything that is not in order. */
async function diagnose(box: Box, ...flags: string[]): Promise<Found[]> {
  const { stdout } = await box.imp([...ID, "doctor", "--json", ...flags]);
  return JSON.parse(stdout).findings.filter(({ level }: Found) => level !== "ok");
}

/** Asserts that doctor finds exactly this, puts it right, and finds nothing any more. */
async function assertFixed(box: Box, check: string, what: string): Promise<void> {
  const found = await diagnose(box);
  assertEquals(found.map((each) => each.check), [check], JSON.stringify(found));
  assert(found[0]!.text.includes(what), found[0]!.text);
  assertEquals(found[0]!.fixed, null, "looking changes nothing");
  const fixed = await diagnose(box, "--fix");
  assert(fixed[0]!.fixed !== null && !fixed[0]!.fixed.startsWith("could not"), fixed[0]!.fixed!);
  assertEquals(await diagnose(box), []);
}

/** Leaves a socket behind on which nobody listens, as a kill -9 does. */
function leaveSocket(path: string): void {
  const listener = Deno.listen({ transport: "unix", path: `${path}.live` });
  // Closing removes the name that was bound.
  Deno.renameSync(`${path}.live`, path);
  listener.close();
  assert(Deno.lstatSync(path).isSocket);
}

Deno.test("doctor finds and removes what dead daemons leave: sockets, half-written files, half-removed directories", async () => {
  await using box = await openBox();
  await box.impOk([...ID, "daemon", "start"]);
  await box.impOk([...ID, "daemon", "stop"]);
  assertEquals(await diagnose(box), []);
  for (const name of ["daemon.sock", "status.sock", "daemon.sock.4711"]) {
    leaveSocket(`${box.runtimeDir}/d/${name}`);
    await assertFixed(box, "sockets", name);
  }
  await box.file("state/imp/d/status.json.0a1b2c3d.tmp", "{");
  await assertFixed(box, "leftovers", "status.json.0a1b2c3d.tmp");
  await Deno.mkdir(`${box.stateDir}/.d.gone-1`);
  await assertFixed(box, "leftovers", ".d.gone-1");
});

Deno.test("doctor finds and removes output, run directories and processes that belong to no job any more", async () => {
  await using box = await openBox();
  await box.impOk([...ID, "add", "--name", "held", "--", ...fixture("hold.sh")]);
  assertEquals(await diagnose(box), []);
  await box.file("state/imp/d/logs/ZZZ/1.stdout.log", "old words");
  await assertFixed(box, "output", "ZZZ");
  await box.file("state/imp/d/runs/ZZZ-1/run", "");
  await assertFixed(box, "runs", "ZZZ-1");
  const marks = { IMP_DAEMON_ID: "d", IMP_JOB_ID: "ZZZ", IMP_RUN_ID: "ZZZ-1" };
  const start = (stateDir: string) =>
    box.start(["sleep", "1000000"], { env: { ...marks, IMP_STATE_DIR: stateDir } });
  await using orphan = start(await Deno.realPath(`${box.stateDir}/d`));
  await using ofAnother = start("/home/somebody/.local/state/imp/d");
  await assertFixed(box, "processes", String(orphan.pid));
  await orphan.result();
  assert(isAlive(ofAnother.pid), "it belongs to another daemon of the same id");
  assertEquals((await box.impJson([...ID, "show", "held"])).status, "running");
});

Deno.test("doctor tells of runs without a shim, of a store that was set aside, of open doors, and of a mute daemon", async () => {
  await using box = await openBox();
  await box.impOk([...ID, "add", "--name", "held", "--", ...fixture("hold.sh")]);
  const { pid } = await box.impJson([...ID, "show", "held"]);
  Deno.kill(parentOf(pid), "SIGKILL");
  const [unsupervised] = await eventually("it is seen", async () => {
    const found = await diagnose(box);
    return found.length > 0 && found;
  });
  assertEquals([unsupervised!.check, unsupervised!.level], ["runs", "warning"]);
  assert(unsupervised!.text.includes("held"), unsupervised!.text);
  await box.impOk([...ID, "restart", "held"]);
  assertEquals([await diagnose(box), isAlive(pid)], [[], false]);

  await Deno.chmod(`${box.stateDir}/d`, 0o755);
  await assertFixed(box, "directories", `${box.stateDir}/d`);

  const { pid: daemon } = await box.impJson([...ID, "ping"]);
  Deno.kill(daemon, "SIGSTOP");
  const mute = await diagnose(box);
  Deno.kill(daemon, "SIGCONT");
  assert(mute.some(({ check, level }) => check === "daemon" && level === "problem"), `${mute}`);

  Deno.kill(daemon, "SIGKILL");
  await eventually("it is gone", () => !isAlive(daemon));
  await Deno.remove(`${box.stateDir}/d/state.db-wal`);
  await Deno.writeFile(`${box.stateDir}/d/state.db`, new Uint8Array(10_000).fill(7));
  await box.impOk([...ID, "list"]);
  const [damaged] = await diagnose(box);
  assertEquals([damaged!.check, damaged!.level], ["store", "warning"]);
  assert(damaged!.text.includes("state.db.corrupt-"), damaged!.text);
});
