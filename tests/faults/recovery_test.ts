/** What runs is found again by whichever daemon comes, whatever became of the files that tell of it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { fixture } from "../support/fixtures.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/process_facts.ts";

const ID = ["--daemon-id", "d"];

interface Job {
  readonly id: string;
  readonly name: string | null;
  readonly pid: number | null;
  readonly status: string;
  readonly exit_code: number | null;
  readonly reason: string | null;
  readonly problem: string | null;
  readonly command: string[];
  readonly restart_policy: string;
}

/** Kills the daemon and does something to its files. */
async function damage(box: Box, work: (state: string) => void | Promise<void>): Promise<void> {
  await killDaemon(box, ID);
  await work(`${box.stateDir}/d`);
}

async function jobs(box: Box): Promise<Job[]> {
  return (await box.impJson([...ID, "ls"])).jobs;
}

async function job(box: Box, name: string): Promise<Job> {
  return (await jobs(box)).find((each) => each.name === name)!;
}

function sql(state: string, text: string): void {
  using database = new DatabaseSync(`${state}/state.db`);
  database.exec(text);
}

function removeDatabase(state: string): void {
  for (const tail of ["", "-wal", "-shm"]) remove(`${state}/state.db${tail}`);
}

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

const HOLD = fixture("hold.sh");

async function addTwo(box: Box): Promise<Job[]> {
  await box.impOk([...ID, "add", "--name", "one", "--restart", "always", "--", ...HOLD]);
  await box.impOk([...ID, "add", "--name", "two", "--env", "A=b", "--", ...HOLD, "x"]);
  return await jobs(box);
}

const identity = ({ id, name, pid, status }: Job) => ({ id, name, pid, status });

/** They go on as they were, and nobody starts a second copy. */
async function assertGoOn(box: Box, before: readonly Job[], what: string): Promise<void> {
  const after = await jobs(box);
  assertEquals(after.map(identity).sort(byName), before.map(identity).sort(byName), what);
  assertEquals(after.every(({ problem }) => problem === null), true, what);
  assertEquals(
    after.map((each) => each.restart_policy).sort(),
    before.map((each) => each.restart_policy).sort(),
  );
  const again = await box.imp([...ID, "add", "--name", "one", "--", ...HOLD]);
  assertStringIncludes(again.stdout + again.stderr, "already", what);
  // A shell that was just started has yet to become its sleep.
  const held = async () =>
    (await box.processes()).filter(({ command }) => command.startsWith("sleep ")).length;
  await eventually(`two processes hold ${what}`, async () => await held() === 2);
}

const byName = (a: { name: string | null }, b: { name: string | null }) =>
  `${a.name}`.localeCompare(`${b.name}`);

Deno.test("D3 running jobs are found again also when the daemon that saw the damage dies in its start", async () => {
  await using box = await openBox();
  const before = await addTwo(box);
  for (const point of ["store.before_commit", "store.after_commit", "adopt.before_job"]) {
    await damage(box, (state) => {
      removeDatabase(state);
      Deno.writeFileSync(`${state}/state.db`, crypto.getRandomValues(new Uint8Array(9_000)));
    });
    const died = await box.imp([...ID, "ls"], { env: { IMP_FAIL: `${point}:abort` } });
    assertEquals(died.code, 69, point);
    await assertGoOn(box, before, point);
  }
});

const LOSSES: Readonly<Record<string, (state: string) => void>> = {
  "removed": removeDatabase,
  "emptied": (state) => {
    removeDatabase(state);
    Deno.writeTextFileSync(`${state}/state.db`, "");
  },
  "without its log": (state) => remove(`${state}/state.db-wal`),
  "without a job": (state) => sql(state, "DELETE FROM jobs WHERE name = 'two'"),
  "without its jobs": (state) => sql(state, "DELETE FROM jobs"),
  "without its runs": (state) => sql(state, "DELETE FROM runs"),
  "with runs that make no sense": (state) => sql(state, "UPDATE runs SET shim = '{'"),
};

Deno.test("D3b running jobs are found again when the store was lost or restored, in whole or in part", async () => {
  await using box = await openBox();
  const before = await addTwo(box);
  for (const [what, lose] of Object.entries(LOSSES)) {
    await damage(box, lose);
    await assertGoOn(box, before, what);
  }
  // With everything that was known of them, their environment too.
  await box.impOk([...ID, "restart", "two"]);
  const { pid } = await job(box, "two");
  assertStringIncludes(await Deno.readTextFile(`/proc/${pid}/environ`), "A=b\0");
});

Deno.test("D3b an end that came while no daemon was there is told with its code, whatever became of the store", async () => {
  await using box = await openBox();
  const gate = await box.file(
    "gate.sh",
    "#!/bin/sh\nwhile [ ! -e go ]; do sleep 0.05; done; exit 7",
    0o755,
  );
  await box.impOk([...ID, "add", "--name", "seven", "--", gate]);
  const { pid } = await job(box, "seven");
  await damage(box, removeDatabase);
  await Deno.writeTextFile(`${box.project}/go`, "");
  await eventually("it has ended", () => !isAlive(pid!));
  const found = await job(box, "seven");
  assertEquals([found.name, found.status, found.exit_code], ["seven", "failed", 7]);
  // Its environment went with the store, and it is not started with another.
  assertEquals(found.problem, "bad_record");
  const start = await box.imp([...ID, "start", "seven"]);
  assertEquals(start.code, 1);
  assertStringIncludes(start.stderr, "env is not known any more");
  await box.impOk([...ID, "add", "--name", "seven", "--", gate]);
  assertEquals((await job(box, "seven")).problem, null);
});

Deno.test("D3b what lives is found by its marks when nothing at all is left of the state", async () => {
  await using box = await openBox();
  const before = await addTwo(box);
  await damage(box, (state) => remove(state));
  const after = await jobs(box);
  assertEquals(after.map(({ pid }) => pid).sort(), before.map(({ pid }) => pid).sort());
  assertEquals(after.map(({ id }) => id).sort(), before.map(({ id }) => id).sort());
  await box.impOk([...ID, "stop", "--all"]);
  for (const { pid } of before) assert(!isAlive(pid!));
});

Deno.test("D4 a spec that cannot be read costs no other job, and the one it is of is told and not forgotten", async () => {
  await using box = await openBox();
  const before = await addTwo(box);
  const [one, two] = ["one", "two"].map((name) => before.find((each) => each.name === name)!);
  for (const text of ["{}", '{"job":{"id":"', "garbage", "", '{"job":[],"run":null}']) {
    await damage(box, (state) => {
      removeDatabase(state);
      Deno.writeTextFileSync(`${state}/runs/${two!.id}-1/spec.json`, text);
    });
    const after = await jobs(box);
    assertEquals(after.find(({ id }) => id === one!.id)?.name, "one", text);
    const found = after.find(({ id }) => id === two!.id)!;
    assertEquals([found.pid, found.status, found.problem], [two!.pid, "running", "bad_record"]);
    assertEquals(found.command, two!.command, text);
    assertStringIncludes(found.reason!, "restart is not known any more");
    assertStringIncludes(await box.impOk([...ID, "daemon", "logs"]), `run=${two!.id}-1`);
  }
  const start = await box.imp([...ID, "restart", two!.id]);
  assertEquals(start.code, 1);
  assertStringIncludes(start.stderr, "Cannot start job");
  assert(isAlive(two!.pid!), "what is refused changes nothing");
  await box.impOk([...ID, "rm", "-f", two!.id]);
  assert(!isAlive(two!.pid!));
  assertEquals((await jobs(box)).map(({ id }) => id), [one!.id]);
});

Deno.test("C4 doctor tells what an ended run left, without a daemon too, and ends that and nothing else", async () => {
  await using box = await openBox();
  await box.impOk([...ID, "add", "--name", "goes-on", "--", ...HOLD]);
  const line = "sleep 7400 & exit 1";
  await box.impOk([...ID, "add", "--name", "left", "--", "sh", "-c", line]);
  await eventually("it has ended", async () => (await job(box, "left")).status === "failed");
  const [goesOn] = await jobs(box);
  await killDaemon(box, ID);
  const sleeping = async () =>
    (await box.processes()).filter(({ command }) => command === "sleep 7400").map(({ pid }) => pid);
  const [pid] = await eventually("what it left sleeps", async () => {
    const found = await sleeping();
    return found.length === 1 && found;
  });

  const told = await box.imp([...ID, "doctor"]);
  assertEquals(told.code, 1);
  assertStringIncludes(told.stdout, `1 process left by runs that have ended: ${pid} of `);
  const fixed = await box.imp([...ID, "doctor", "--fix"]);
  assertEquals([fixed.code, await sleeping()], [0, []], fixed.stdout);
  assertStringIncludes(fixed.stdout, "ended 1 process");
  assertEquals(await box.daemons(), []);
  assert(isAlive(goesOn!.pid!));
  assertEquals((await jobs(box)).find(({ name }) => name === "goes-on")?.status, "running");
});

Deno.test("D3b doctor has what the daemon does not know taken up, and neither kills it nor takes its output", async () => {
  await using box = await openBox();
  const before = await addTwo(box);
  const { id } = before.find(({ name }) => name === "two")!;
  // As after a backup that is older than the job was put back.
  await damage(box, (state) => sql(state, `DELETE FROM jobs WHERE id = '${id}'`));
  await using daemon = box.startImp([...ID, "daemon", "run"]);
  await daemon.waitForStderr("daemon ready");
  assertEquals((await jobs(box)).length, 2, "it was found at the start");
  // And as when that happens while a daemon is there: it knows one job less than there are.
  const runs = `${box.stateDir}/d/runs`;
  await Deno.rename(`${runs}/${id}-1`, `${box.root}/tmp/away`);
  daemon.kill("SIGKILL");
  await daemon.result();
  sql(`${box.stateDir}/d`, `DELETE FROM jobs WHERE id = '${id}'`);
  assertEquals((await jobs(box)).map(({ name }) => name), ["one"]);
  const told = await box.imp([...ID, "doctor"]);
  assertStringIncludes(told.stdout, `Runs go on that the daemon does not know: ${id}-1`);
  assert(!told.stdout.includes("imp doctor --fix ends them"), told.stdout);
  const fixed = await box.imp([...ID, "doctor", "--fix"]);
  assertStringIncludes(fixed.stdout, "a new daemon took up 1 run");
  const found = (await jobs(box)).find((each) => each.id === id)!;
  assertEquals([found.status, found.pid], ["running", before.find((each) => each.id === id)!.pid]);
  assert((await Deno.stat(`${box.stateDir}/d/logs/${id}/1.stdout.log`)).isFile);
});
