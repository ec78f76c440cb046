/** Commands without a daemon: those that only look start none, unless one was lost with something to supervise. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readStoredSource } from "../../src/commands/frame/stored_source.ts";
import { resolvePaths } from "../../src/platform/paths.ts";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";

/** What looks, of a job `web` whose only run printed READY. */
const LOOKS: readonly (readonly [args: readonly string[], shows: string])[] = [
  [["ls"], "web"],
  [["ls", "--json"], '"name":"web"'],
  [["ls", "--all"], "web"],
  [["show", "web"], "web"],
  [["logs", "web"], "READY"],
  [["logs"], "READY"],
  [["stdout", "web"], "READY"],
  [["stderr", "web"], ""],
  [["overview"], "web"],
  [[], "web"],
  [["daemon", "list"], "project"],
];

async function expectNoDaemon(box: Box, what: string): Promise<void> {
  assertEquals((await box.daemons()).map(({ command }) => command), [], `after imp ${what}`);
}

async function killDaemon(box: Box): Promise<void> {
  const { pid } = await box.impJson(["ping"]);
  Deno.kill(pid, "SIGKILL");
  await eventually("it is gone", async () => (await box.daemons()).length === 0);
}

Deno.test("E5 after a daemon that was stopped, what only looks reads what it left and starts none", async () => {
  await using box = await openBox();
  const command = ["--name", "web", "--restart", "always", "--", ...fixture("hold.sh")];
  await using run = box.startImp(["run", ...command]);
  await run.waitForStdout("READY\n");
  const before = await box.impJson(["show", "web"]);
  await box.impOk(["daemon", "stop"]);
  await run.result();
  await expectNoDaemon(box, "run");
  for (const [args, shows] of LOOKS) {
    assertStringIncludes(await box.impOk(args), shows);
    await expectNoDaemon(box, args.join(" "));
  }
  const after = await box.impJson(["show", "web"]);
  assertEquals([after.status, after.desired, after.pid], ["stopped", "up", null]);
  assertEquals(after.runs.length, 1);
  assertEquals(after.env_names, before.env_names);
  for (const args of [["show", "nope"], ["logs", "nope"], ["logs", "--run", "9", "web"]]) {
    assertEquals((await box.imp(args)).code, 4, args.join(" "));
  }
  await expectNoDaemon(box, "show nope");
  await box.impOk(["ping"]);
  assertEquals((await box.impJson(["show", "web"])).status, "running");
});

Deno.test("E5 what looks is done with the state before it asks, so that a daemon that comes meanwhile may have it", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "web", "--", "sh", "-c", "exit 3"]);
  await box.imp(["wait", "web"]);
  await box.impOk(["daemon", "stop"]);
  const [id] = [...Deno.readDirSync(box.stateDir)].map(({ name }) => name);
  const paths = resolvePaths(id!, (name) => box.env[name]);
  const source = readStoredSource(paths, "looks");
  assert(typeof source === "object");
  await box.impOk(["ping"]);
  const { job, runs } = await source.request("get_job", { job: "web" });
  assertEquals([job.exit_code, runs.map(({ run }) => run)], [3, [1]]);
  const { statistics } = await source.request("list", { statistics: true });
  assertEquals(statistics?.map(({ job_id }) => job_id), [job.id]);
});

Deno.test("E5 where there never was a daemon, what looks, stops or removes starts none and leaves nothing", async () => {
  await using box = await openBox();
  assertEquals((await box.impJson(["ls"])).jobs, []);
  assertStringIncludes(await box.impOk(["ls"]), "No jobs");
  assertEquals(await box.impOk(["logs"]), "");
  assertEquals(await box.impOk(["stop", "--all"]), "No jobs to stop\n");
  assertEquals(await box.impOk(["rm", "--all"]), "No jobs to remove\n");
  assertEquals(await box.impOk(["cleanup"]), "Removed 0 jobs\n");
  assertEquals(await box.impOk(["nuke"]), "Stopped 0 jobs, removed 0\n");
  for (const args of [["show", "x"], ["stop", "x"], ["rm", "x"], ["signal", "HUP", "x"]]) {
    const { code, stderr } = await box.imp(args);
    assertEquals(code, 4, stderr);
    assertStringIncludes(stderr, 'No such job: "x"');
  }
  await expectNoDaemon(box, "all of these");
  assertEquals([...box.runtimeFiles()], []);
  assertEquals([...Deno.readDirSync(`${box.root}/state`)], []);
});

Deno.test("E5 after a daemon that was lost, what only looks starts one when there is something to supervise", async () => {
  await using box = await openBox();
  await box.imp(["run", "--name", "done", "--", "true"]);
  await killDaemon(box);
  assertStringIncludes(await box.impOk(["ls"]), "exited");
  await expectNoDaemon(box, "ls with nothing up");

  await box.impOk(["add", "--name", "web", "--", ...fixture("hold.sh")]);
  await killDaemon(box);
  assertStringIncludes(await box.impOk(["ls"]), "running");
  assertEquals((await box.daemons()).length, 1);

  await killDaemon(box);
  const { code, stdout } = await box.imp(["stop", "web"]);
  assertEquals([code, /^Stopped job/.test(stdout)], [0, true]);
});

Deno.test("E5 jobs that were left running are shown as they are, and ended by what ends them", async () => {
  await using box = await openBox();
  await box.run(["mkfifo", "gate"]);
  await box.impOk(["add", "--name", "web", "--", ...fixture("hold.sh")]);
  await box.impOk(["add", "--name", "brief", "--", ...fixture("gate.sh", "gate", "3")]);
  const { pid } = (await box.impJson(["ls"])).jobs[0];
  await box.impOk(["daemon", "stop", "--keep-jobs"]);
  await box.shell("echo go > gate");
  const jobs = await eventually("the brief one has ended", async () => {
    const [web, brief] = (await box.impJson(["ls"])).jobs;
    return brief.status === "failed" ? [web, brief] : undefined;
  });
  assertEquals([jobs[0].status, jobs[0].pid, jobs[1].exit_code], ["running", pid, 3]);
  await expectNoDaemon(box, "ls");
  assertStringIncludes(await box.impOk(["stop", "web"]), "Stopped job");
  assertEquals((await box.impJson(["show", "brief"])).exit_code, 3);
});

Deno.test("E5 what removes starts a daemon for a job that is there", async () => {
  await using box = await openBox();
  await box.imp(["run", "--name", "done", "--", "true"]);
  await box.impOk(["daemon", "stop"]);
  assertStringIncludes(await box.impOk(["stop", "done"]), "already down");
  const refused = await box.imp(["signal", "HUP", "done"]);
  assertEquals([refused.code, /is not up/.test(refused.stderr)], [6, true]);
  await expectNoDaemon(box, "stop of a job that is down");
  assertStringIncludes(await box.impOk(["rm", "done"]), "Removed job");
  assertEquals((await box.impJson(["ls"])).jobs, []);
  await box.impOk(["daemon", "stop"]);
  assertEquals(await box.impOk(["nuke"]), "Stopped 0 jobs, removed 0\n");
  assertEquals([...Deno.readDirSync(box.stateDir)], []);
});

Deno.test("E5 what stops or removes starts no job only to end it, and what else is to be up comes after", async () => {
  for (const [args, left] of [[["stop", "a"], 1], [["rm", "a"], 1], [["nuke"], 0]] as const) {
    await using box = await openBox();
    for (const name of ["a", "b"]) {
      const script = `echo ${name} >> starts; exec sleep 1000000`;
      await box.impOk(["add", "--name", name, "--restart", "always", "--", "sh", "-c", script]);
    }
    await eventually("both run", () => startsOf(box).length === 2);
    await box.impOk(["daemon", "stop"]);
    await box.impOk(args);
    await eventually("what is left has started", () => startsOf(box).length === 2 + left);
    assertEquals(startsOf(box).filter((name) => name === "a").length, 1, args.join(" "));
    if (args[0] === "stop") assertEquals((await box.impJson(["show", "a"])).desired, "down");
  }
});

/** Which jobs have started. */
function startsOf(box: Box): string[] {
  try {
    return Deno.readTextFileSync(`${box.project}/starts`).trim().split("\n");
  } catch {
    return [];
  }
}

Deno.test("E5 an unknown --daemon-id is an error that lists the known ones, except where something is added", async () => {
  await using box = await openBox();
  const lonely = await box.imp(["--daemon-id", "nope", "ls"]);
  assertEquals(lonely.code, 3);
  assertStringIncludes(lonely.stderr, "There is none at all");
  await box.impOk(["--daemon-id", "red", "add", "--", ...fixture("hold.sh")]);
  for (const args of [["ls"], ["nuke"], ["ping"], ["overview"], ["status"], ["start", "x"]]) {
    const { code, stderr } = await box.imp(["--daemon-id", "nope", ...args]);
    assertEquals(code, 3, stderr);
    assertStringIncludes(stderr, 'There is no daemon "nope"');
    assertStringIncludes(stderr, "There are: red\n");
  }
  assertEquals((await box.daemons()).length, 1);
  // What the user exports is his choice for all that is to come.
  assertEquals(await box.impJson(["ls"], { env: { IMP_DAEMON_ID: "blue" } }), { jobs: [] });
  const json = await box.imp(["--daemon-id", "nope", "ls", "--json"]);
  assertEquals(JSON.parse(json.stderr).error.code, "daemon.unknown");
  assert(!(await Deno.readTextFile(`${box.stateDir}/red/daemon.json`)).includes("nope"));
});
