import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid, killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { isAlive } from "../support/process_facts.ts";
import { createRandom } from "../support/random.ts";

const LINES = 3_000;
const KILLS = 20;

function linesOf(text: string): number[] {
  return text.split("\n").filter((line) => line.startsWith("line ")).map((line) =>
    Number(line.slice(5))
  );
}

Deno.test("F01 a daemon killed twenty times costs no line, no exit code and no follower", async () => {
  await using box = await openBox();
  const seed = 20_261_121;
  const random = createRandom(seed);
  const counter = fixture("counter.sh", String(LINES), "0.005", "42", "starts");
  await box.impOk(["add", "--name", "counter", "--", ...counter]);
  await using logs = box.startImp(["logs", "-f", "-n", "100000", "counter"]);
  await using run = box.startImp(["run", "--", ...counter]);
  await using wait = box.startImp(["wait", "counter"]);
  const { stdout_path } = await job(box, "counter");

  for (let kill = 1; kill <= KILLS; kill++) {
    const due = Math.floor((kill - random()) * LINES / (KILLS + 1));
    await eventually(
      `${due} lines`,
      () => linesOf(Deno.readTextFileSync(stdout_path)).length >= due,
    );
    await killDaemon(box);
    if (kill % 3 !== 0) continue;
    const { status } = await job(box, "counter");
    // On a machine that is busy elsewhere the job may be faster than its killer.
    const isOver = linesOf(await Deno.readTextFile(stdout_path)).length >= LINES;
    if (!isOver) assertEquals(status, "running", `seed ${seed}`);
  }

  const expected = Array.from({ length: LINES }, (_, index) => index + 1);
  const followed = await run.result();
  assertEquals(followed.code, 42);
  assertEquals(linesOf(followed.stdout), expected);
  assertEquals((await wait.result()).code, 42);
  assertEquals(linesOf(await Deno.readTextFile(stdout_path)), expected);
  await logs.waitForStdout(`line ${LINES}\n`);
  assertEquals(linesOf(logs.stdout.text), expected);
  const ended = await job(box, "counter");
  assertEquals([ended.status, ended.exit_code, ended.run], ["failed", 42, 1]);
  assertEquals(await Deno.readTextFile(`${box.project}/starts`), "started\n");
});

// deno-lint-ignore no-explicit-any
async function job(box: Box, name: string): Promise<any> {
  return await box.impJson(["show", name]);
}

/** Now, by the clock of files, which goes by the ticks of the system and is a little behind. */
async function fileTimeMs(box: Box, name: string): Promise<number> {
  const { mtime } = await Deno.stat(await box.file(`tmp/${name}`, ""));
  return mtime!.getTime();
}

Deno.test("F03 what ends while no daemon is there is known at the next command, with its time", async () => {
  await using box = await openBox();
  await box.run(["mkfifo", "gate"]);
  await box.impOk(["add", "--name", "seven", "--", ...fixture("gate.sh", "gate", "7")]);
  await box.impOk(["add", "--name", "killed", "--", "sleep", "1000000"]);
  const { pid } = await job(box, "killed");
  await killDaemon(box);
  const beforeMs = await fileTimeMs(box, "before");
  Deno.kill(pid, "SIGKILL");
  await box.shell("echo go > gate");
  await eventually("both jobs have ended", async () => (await box.processes()).length === 0);
  const afterMs = await fileTimeMs(box, "after");

  const [seven, killed] = [await job(box, "seven"), await job(box, "killed")];
  assertEquals([seven.status, seven.exit_code], ["failed", 7]);
  assertEquals([killed.status, killed.exit_code, killed.signal], ["failed", 137, "SIGKILL"]);
  for (const { finished_at } of [seven, killed]) {
    const endedMs = Date.parse(finished_at);
    assert(endedMs >= beforeMs && endedMs <= afterMs, `${finished_at}`);
  }
});

Deno.test("F01 a daemon that was killed comes back with the same processes", async () => {
  await using box = await openBox();
  for (let index = 0; index < 5; index++) {
    await box.impOk(["add", "--name", `job${index}`, "--", ...fixture("hold.sh"), String(index)]);
  }
  const before = (await box.impJson(["list"])).jobs;
  await killDaemon(box);
  const after = (await box.impJson(["list"])).jobs;
  const facts = (jobs: { id: string; pid: number; run: number; status: string }[]) =>
    jobs.map(({ id, pid, run, status }) => ({ id, pid, run, status }));
  assertEquals(facts(after), facts(before));
});

Deno.test("F04 a run whose shim was killed goes on unsupervised and is lost in the end, never given a code", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "orphan", "--", "sleep", "1000000"]);
  const { pid } = await job(box, "orphan");
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const shim = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  Deno.kill(shim, "SIGKILL");
  const unsupervised = await eventually("it is unsupervised", async () => {
    const found = await job(box, "orphan");
    return found.reason?.startsWith("unsupervised") && found;
  });
  assertEquals([unsupervised.status, unsupervised.pid], ["running", pid]);
  Deno.kill(pid, "SIGKILL");
  const lost = await eventually("it is lost", async () => {
    const found = await job(box, "orphan");
    return found.status === "lost" && found;
  });
  assertEquals([lost.exit_code, lost.signal], [null, null]);
});

Deno.test("F85 a stop that a killed daemon had begun is finished by the next", async () => {
  await using box = await openBox();
  // By its own hand, when it hears TERM: however busy the machine is, the stop has begun and is not over.
  const script = 'trap \'kill -KILL "$(cat daemon-pid)"; trap "" TERM\' TERM; echo READY; ' +
    "while :; do sleep 0.05; done";
  const add = ["add", "--stop-timeout", "1s", "--name", "stubborn", "--", "sh", "-c", script];
  await box.impOk(add);
  await eventually(
    "it is ready",
    async () => (await box.impOk(["stdout", "stubborn"])) === "READY\n",
  );
  const daemon = await daemonPid(box);
  await box.file("project/daemon-pid", `${daemon}\n`);
  const { pid } = await job(box, "stubborn");
  await box.imp(["stop", "stubborn"]);
  await eventually("the daemon was killed", () => !isAlive(daemon));
  const stopped = await eventually("it is stopped", async () => {
    const found = await job(box, "stubborn");
    return found.status === "stopped" && found;
  });
  assertEquals(stopped.exit_code, 137);
  assertEquals(isAlive(pid), false);
});

Deno.test("jobs that should not be started again are not, those that should are, each once", async () => {
  await using box = await openBox();
  const hold = fixture("hold.sh");
  await box.impOk(["add", "--name", "once", "--", ...hold, "once"]);
  await box.impOk(["add", "--name", "ever", "--restart", "unless-stopped", "--", ...hold, "ever"]);
  await box.impOk(["add", "--name", "held", "--restart", "always", "--", ...hold, "held"]);
  await box.impOk(["stop", "held"]);
  await box.impOk(["daemon", "stop"]);
  await eventually("all is down", async () => (await box.processes()).length === 0);
  await box.impOk(["daemon", "start"]);
  const found = await eventually("the one that should be up is", async () => {
    const jobs = (await box.impJson(["list"])).jobs;
    const status = Object.fromEntries(jobs.map((each: { name: string }) => [each.name, each]));
    return status.ever.status === "running" && status;
  });
  assertEquals([found.once.status, found.held.status], ["stopped", "stopped"]);
  assertEquals([found.once.run, found.ever.run, found.held.run], [1, 2, 1]);
});

Deno.test("F76 on-failure:3 starts a failing command four times and then gives up; always comes back", async () => {
  await using box = await openBox();
  await box.file("config/imp/config.yaml", "backoff_initial: 20ms\n");
  await box.impOk([
    "add",
    "--restart",
    "on-failure:3",
    "--name",
    "bad",
    "--",
    "sh",
    "-c",
    "exit 9",
  ]);
  const failed = await eventually("it gave up", async () => {
    const found = await job(box, "bad");
    return found.status === "failed" && { found, runs: found.runs };
  });
  assertEquals([failed.found.run, failed.found.exit_code, failed.found.restarts], [4, 9, 3]);
  assertEquals(failed.runs.length, 4);
  const { stdout } = await box.shell("imp events --since 0 --json | grep -m 3 job_restarting");
  const nextStarts = stdout.trim().split("\n").map((line) => JSON.parse(line).data.next_start_at);
  assertEquals(nextStarts.length, 3);
  for (const [index, nextStart] of nextStarts.entries()) {
    const { finished_at } = failed.runs.find((each: { run: number }) => each.run === index + 1);
    const pauseMs = Date.parse(nextStart) - Date.parse(finished_at);
    assert(pauseMs >= 20 * 2 ** index * 0.9 - 1, `${pauseMs} ms before run ${index + 2}`);
  }

  await box.impOk(["add", "--restart", "always", "--name", "ever", "--", "sleep", "1000000"]);
  const { pid } = await job(box, "ever");
  Deno.kill(pid, "SIGKILL");
  const again = await eventually("it came back", async () => {
    const found = await job(box, "ever");
    return found.status === "running" && found.run === 2 && found.pid !== null && found;
  });
  assertNotEquals(again.pid, pid);
  await box.impOk(["stop", "ever"]);
  await killDaemon(box);
  assertEquals((await job(box, "ever")).status, "stopped");
});

Deno.test("F05 no job that was acknowledged is lost when the daemon dies among many adds", async () => {
  await using box = await openBox();
  const before = await daemonPid(box);
  await using adding = box.start([
    "sh",
    "-c",
    [
      "i=0; while [ $i -lt 60 ]; do i=$((i + 1))",
      'imp add -q --name "job$i" -- true >> added 2>> refused || exit 1; done',
    ].join("\n"),
  ]);
  const added = () => {
    try {
      return Deno.readTextFileSync(`${box.project}/added`).split("\n").filter((id) => id !== "");
    } catch {
      return [];
    }
  };
  await eventually("twenty jobs are added", () => added().length >= 20);
  assertNotEquals(await killDaemon(box), 0);
  await adding.result();
  const known = (await box.impJson(["list"])).jobs.map((each: { id: string }) => each.id);
  for (const id of added()) assert(known.includes(id), `${id} was acknowledged`);
  assert(added().length >= 20);
  assertNotEquals(await daemonPid(box), before);
});

Deno.test("F119 a state database that is damaged is set aside, and live runs are found again", async () => {
  await using box = await openBox();
  const secret = "marked-secret-value";
  await box.impOk([
    "add",
    "--name",
    "live",
    "--env",
    `SECRET=${secret}`,
    "--",
    ...fixture("hold.sh"),
  ]);
  const { pid, id } = await job(box, "live");
  for (const damage of ["garbage", "truncated"]) {
    await killDaemon(box);
    const [daemonId] = [...Deno.readDirSync(box.stateDir)].map((entry) => entry.name);
    const path = `${box.stateDir}/${daemonId}/state.db`;
    if (damage === "garbage") {
      await Deno.writeFile(path, crypto.getRandomValues(new Uint8Array(20_000)));
      for (const tail of ["-wal", "-shm"]) await Deno.remove(path + tail).catch(() => undefined);
    } else await Deno.truncate(path, 5_000);
    const found = await job(box, "live");
    assertEquals([found.id, found.pid, found.status], [id, pid, "running"], damage);
    const kept = [...Deno.readDirSync(`${box.stateDir}/${daemonId}`)].map((entry) => entry.name);
    assert(kept.some((name) => name.startsWith("state.db.corrupt")), kept.join(" "));
  }
  // The environment came back from the living process: a restart still has it.
  await box.impOk(["restart", "live"]);
  const { pid: newPid } = await job(box, "live");
  assert((await Deno.readTextFile(`/proc/${newPid}/environ`)).includes(`SECRET=${secret}`));
});
