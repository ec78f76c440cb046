/** Records of the store that make no sense fail their job alone. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { JOB_COLUMNS } from "../../src/store/job_record.ts";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { fixture } from "../support/fixtures.ts";
import { isAlive } from "../support/process_facts.ts";

const ID = ["--daemon-id", "d"];
const HOLD = fixture("hold.sh");

interface Job {
  readonly id: string;
  readonly name: string | null;
  readonly pid: number | null;
  readonly status: string;
  readonly reason: string | null;
  readonly problem: string | null;
}

async function spoil(box: Box, ...statements: string[]): Promise<void> {
  await killDaemon(box, ID);
  using database = new DatabaseSync(`${box.stateDir}/d/state.db`);
  for (const statement of statements) database.exec(statement);
}

async function jobs(box: Box): Promise<Map<string, Job>> {
  const listed: Job[] = (await box.impJson([...ID, "ls"])).jobs;
  return new Map(listed.map((job) => [job.name ?? job.id, job]));
}

async function add(box: Box, name: string, command: readonly string[] = HOLD): Promise<Job> {
  await box.impOk([...ID, "add", "--name", name, "--", ...command, name]);
  return (await jobs(box)).get(name)!;
}

Deno.test("A2 a record that makes no sense fails its job alone, which can be stopped, removed and defined anew", async () => {
  await using box = await openBox();
  const good = await add(box, "good");
  const live = await add(box, "live");
  await add(box, "down");
  await box.impOk([...ID, "stop", "down"]);
  await spoil(
    box,
    "UPDATE jobs SET stop_signal = 'FOO', stop_timeout_ms = -1 WHERE name = 'live'",
    `UPDATE jobs SET umask = 1e300, env = '{"A=B":"x"}' WHERE name = 'down'`,
  );
  const listed = await jobs(box);
  assertEquals(listed.get("good"), { ...listed.get("good")!, pid: good.pid, problem: null });
  assertEquals([listed.get("live")?.status, listed.get("live")?.pid], ["running", live.pid]);
  const down = listed.get("down")!;
  assertEquals([down.status, down.problem], ["failed", "bad_record"]);
  assertStringIncludes(down.reason!, "umask must be a whole number");
  assertStringIncludes(down.reason!, "env ");

  const table = await box.imp([...ID, "ls"]);
  assertStringIncludes(
    table.stderr,
    "Job live cannot be started: what is kept of it makes no sense",
  );
  for (const words of [["start", "down"], ["restart", "live"]]) {
    const { code, stderr } = await box.imp([...ID, ...words]);
    assertEquals(code, 1, words.join(" "));
    assertStringIncludes(stderr, "Cannot start job");
  }
  assert(isAlive(live.pid!));
  const doctor = await box.imp([...ID, "doctor"]);
  assertEquals(doctor.code, 1);
  assertStringIncludes(doctor.stdout, "Job down cannot be started");
  assertStringIncludes(await box.impOk([...ID, "daemon", "logs"]), "A record of the state makes");

  assertEquals((await box.imp([...ID, "stop", "live"])).code, 0);
  assert(!isAlive(live.pid!));
  // What it is to be is known again when it is added again.
  await add(box, "live");
  const again = (await jobs(box)).get("live")!;
  assertEquals([again.id, again.status, again.problem], [live.id, "running", null]);
  assertEquals((await box.imp([...ID, "doctor", "--fix"])).code, 0);
  assertEquals([...(await jobs(box)).keys()].sort(), ["good", "live"]);
  await killDaemon(box, ID);
  assertEquals((await jobs(box)).get("live")?.problem, null);
  assertEquals((await jobs(box)).get("good")?.pid, good.pid);
});

Deno.test("A2 a store in which every column is wrong somewhere serves what is sound, and can be emptied", async () => {
  await using box = await openBox();
  const good = await add(box, "good");
  const columns = Object.values(JOB_COLUMNS);
  for (const column of columns) await add(box, `bad-${column}`, ["true"]);
  const wrong = ["x'00ff'", "9223372036854775807", "'../..'"];
  const tables: Readonly<Record<string, readonly string[]>> = {
    runs: ["shim", "process", "started_at_ms", "finished_at_ms", "outcome", "exit_code"],
    events: ["event", "time", "job_id", "data"],
  };
  for (const value of wrong) {
    await spoil(
      box,
      "PRAGMA foreign_keys = OFF",
      ...columns.map((column) =>
        `UPDATE OR IGNORE jobs SET ${column} = ${value}
        WHERE name = 'bad-${column}'`
      ),
      ...Object.entries(tables).flatMap(([table, wrongs]) =>
        wrongs.map((column, index) =>
          `UPDATE OR IGNORE ${table} SET ${column} = ${value}
          WHERE rowid = ${index + 3}`
        )
      ),
    );
    const listed = await jobs(box);
    assertEquals(listed.get("good")?.pid, good.pid, value);
    assertEquals(listed.size, columns.length + 1, value);
    await box.impOk([...ID, "status"]);
  }
  for (const { id } of (await jobs(box)).values()) await box.impOk([...ID, "show", id]);
  const added = await add(box, "after");
  assertEquals(added.status, "running");
  await box.impOk([...ID, "stop", "--all"]);
  assertEquals((await box.imp([...ID, "cleanup"])).code, 0);
  assertEquals((await jobs(box)).size, 0);
});

Deno.test("D12 a secret of a job is in no file of the state once the job is removed", async () => {
  await using box = await openBox();
  const secret = "secret-of-a-removed-job";
  const found = async () =>
    (await box.shell(`grep -la ${secret} ${box.stateDir}/d/state.db* || true`)).stdout;
  const env = { MYSECRET: secret };
  await box.impOk([...ID, "add", "--name", "stays", "--", ...HOLD]);
  await box.impOk([...ID, "add", "--name", "goes", "--", "true"], { env });
  assertStringIncludes(await found(), "state.db");
  await box.impOk([...ID, "rm", "-f", "goes"]);
  assertEquals(await found(), "");
  // Also when the daemon is killed between the removal and what comes after it.
  await box.impOk([...ID, "add", "--name", "goes", "--", "true"], { env });
  await killDaemon(box, ID);
  const died = { env: { IMP_FAIL: "remove.after_store:abort" } };
  await box.imp([...ID, "rm", "-f", "goes"], died);
  await box.impOk([...ID, "rm", "-f", "goes"]).catch(() => undefined);
  await box.impOk([...ID, "ping"]);
  assertEquals(await found(), "");
});

Deno.test("A2 what made no sense is right in the state once something has happened to its job", async () => {
  await using box = await openBox();
  for (const name of ["state", "definition"]) {
    await add(box, name);
    await box.impOk([...ID, "stop", name]);
  }
  await spoil(
    box,
    "UPDATE jobs SET tally = 'many' WHERE name = 'state'",
    "UPDATE jobs SET umask = -1, description = 1 WHERE name = 'definition'",
  );
  const before = await jobs(box);
  assertStringIncludes(before.get("state")!.reason!, "made no sense");
  assertEquals(before.get("definition")!.problem, "bad_record");
  for (const name of ["state", "definition"]) await add(box, name);
  await killDaemon(box, ID);
  const after = await jobs(box);
  for (const name of ["state", "definition"]) {
    const { status, reason, problem } = after.get(name)!;
    assertEquals([status, reason, problem], ["running", null, null], name);
  }
});
