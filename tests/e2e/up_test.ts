/** A project's file: all of it up in order, left alone, changed where it has changed, down again. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/process_facts.ts";
import { declare, jobsOf, openProject, statesOf, untilStates } from "../support/project_box.ts";
import { fixture } from "../support/fixtures.ts";

const STAY = "exec sleep 1000000";
/** Each start of each run leaves one line. */
const tell = (name: string) => `echo ${name} >> starts`;
const SERVER = fixture("http_server.ts");

const SHOP = {
  db: { command: `${tell("db")}; ${STAY}` },
  migrate: {
    ...{ task: true, command: tell("migrate"), inputs: ["migrations/*"], depends_on: ["db"] },
  },
  prepare: { task: true, command: tell("prepare") },
  api: {
    command: [...SERVER, "${ports.http}"],
    ports: { http: "auto" },
    depends_on: { db: "ready", migrate: "completed", prepare: "completed" },
    groups: ["web"],
  },
  web: { command: `${tell("web")}; ${STAY}`, depends_on: ["api"], groups: ["web"] },
  extra: { command: STAY, autostart: false },
};

const UP = {
  db: "running 1",
  migrate: "exited 1",
  prepare: "exited 1",
  api: "running 1",
  web: "running 1",
};

Deno.test("up has a project up in order with a line for each, is up to date then, and down leaves nothing", async () => {
  await using box = await openProject(SHOP);
  const { code, stdout, stderr } = await box.imp(["up"]);
  assertEquals(code, 0, stderr);
  const names = stdout.trim().split("\n").map((line) => line.split(" ")[0]);
  assertEquals(names.toSorted(), ["api", "db", "migrate", "prepare", "web"]);
  assert(names.indexOf("db") < names.indexOf("migrate"));
  assertEquals(names.slice(-2), ["api", "web"]);
  assertMatch(stdout, /^api ready in \S+: http:\/\/localhost:2\d{4}\/$/m);
  assertEquals(await statesOf(box), { ...UP, extra: "stopped 0" });
  assertEquals(await box.impOk(["up"]), "Up to date\n");
  assertEquals(await box.impOk(["up", "--dry-run"]), "Nothing would change\n");
  const { pid } = (await jobsOf(box)).web!;
  assertMatch(await box.impOk(["down"]), /\(web\)\n[^]*\(api\)\n[^]*\(db\)\n/);
  const { api, db, web } = await jobsOf(box);
  assertEquals([api, db, web].map((job) => job!.status), ["stopped", "stopped", "stopped"]);
  assert(!isAlive(pid!));
  assertEquals(await box.impOk(["down"]), "Nothing of the project is up\n");
  await box.impOk(["down", "--rm"]);
  assertEquals(await jobsOf(box), {});
});

Deno.test("up starts what is named with what it needs, a group, and what is started only by name", async () => {
  await using box = await openProject(SHOP);
  await box.impOk(["up", "migrate"]);
  const rest = { prepare: "stopped 0", api: "stopped 0", web: "stopped 0", extra: "stopped 0" };
  assertEquals(await statesOf(box), { db: "running 1", migrate: "exited 1", ...rest });
  await box.impOk(["up", "@web"]);
  assertEquals(await statesOf(box), { ...UP, extra: "stopped 0" });
  await box.impOk(["up", "extra"]);
  await box.impOk(["down", "@web"]);
  await box.impOk(["restart", "extra"]);
  assertEquals(await statesOf(box), {
    ...UP,
    ...{ api: "stopped 1", web: "stopped 1", extra: "running 2" },
  });
  const { code, stderr } = await box.imp(["up", "wbe"]);
  assertEquals(code, 4);
  assertStringIncludes(stderr, "Did you mean web?");
});

Deno.test("up restarts only what its digests say, in order, and says so before", async () => {
  await using box = await openProject(SHOP);
  await box.impOk(["up"]);
  await declare(box, {
    ...SHOP,
    db: { ...SHOP.db, env: { NEW: "1" } },
    web: {
      ...SHOP.web,
      description: "the front",
      depends_on: { api: "ready", db: { for: "ready", restart: true } },
    },
  });
  const plan = await box.impOk(["up", "--dry-run"]);
  assertEquals(plan.trim().split("\n").toSorted(), [
    "restart db: env",
    "restart web: depends_on, description",
  ]);
  assertEquals(await statesOf(box), { ...UP, extra: "stopped 0" });
  await box.impOk(["up"]);
  await untilStates(box, { ...UP, db: "running 2", web: "running 2", extra: "stopped 0" });
  assertEquals((await box.impJson(["show", "web"])).description, "the front");
  // A fresh task is not run again, one without inputs is, when something that needs it starts.
  await box.impOk(["stop", "api"]);
  await box.impOk(["up"]);
  await untilStates(box, {
    ...UP,
    ...{
      db: "running 2",
      web: "running 2",
      api: "running 2",
      prepare: "exited 2",
      extra: "stopped 0",
    },
  });
  await box.file("project/migrations/1.sql", "create");
  assertStringIncludes(await box.impOk(["up"]), "migrate done");
  assertEquals((await jobsOf(box)).api!.run, 2);
});

Deno.test("E11 a failed dependency is told with its last lines, what needs it waits, the rest stays up, and goes on when it is mended", async () => {
  await using box = await openProject({
    db: { command: STAY },
    migrate: { task: true, command: "seq 1 30; echo broken >&2; exit 3", depends_on: ["db"] },
    api: { command: STAY, depends_on: ["migrate"] },
    web: { command: STAY, depends_on: ["api"] },
  });
  const { code, stdout, stderr } = await box.imp(["up"]);
  assertEquals([code, stdout.startsWith("db ready")], [1, true]);
  assertStringIncludes(stderr, "imp: migrate failed (3); its last lines:\n");
  assertStringIncludes(stderr, "  30\n");
  assertStringIncludes(stderr, "  broken\n");
  assert(!stderr.includes("  10\n"));
  assertStringIncludes(stderr, "imp: api waits for migrate: failed (3)\nimp: web waits for api\n");
  const { jobs, result } = JSON.parse((await box.imp(["up", "--json"])).stdout);
  assertEquals(result, "failed");
  const states = jobs.map(({ name, state }: { name: string; state: string }) => [name, state]);
  assertEquals(Object.fromEntries(states), {
    db: "ready",
    migrate: "failed",
    api: "stuck",
    web: "stuck",
  });
  assertMatch(await box.impOk(["list"]), /api +waiting for migrate: failed \(3\)/);
  await declare(box, {
    db: { command: STAY },
    migrate: { task: true, command: "exit 0", depends_on: ["db"] },
    api: { command: STAY, depends_on: ["migrate"] },
    web: { command: STAY, depends_on: ["api"] },
  });
  await box.impOk(["up", "migrate"]);
  await untilStates(box, {
    db: "running 1",
    migrate: "exited 3",
    api: "running 1",
    web: "running 1",
  });
});

Deno.test("up is over after --wait, after Ctrl+C, at once with --no-wait, and with a job's code after --until; all goes on", async () => {
  await using box = await openProject({
    slow: { task: true, command: "read x < gate; exit 0" },
    api: { command: STAY, depends_on: ["slow"] },
    e2e: { task: true, command: "exit 7", autostart: false },
  });
  await box.run(["mkfifo", "gate"]);
  await box.impOk(["up", "--no-wait"]);
  await untilStates(box, { slow: "running 1", api: "stopped 0", e2e: "stopped 0" });
  const late = await box.imp(["up", "--wait", "1ms"]);
  assertEquals(late.code, 124);
  assertStringIncludes(late.stderr, "slow is running, api is waiting for slow");
  await using up = box.startImp(["up"], { env: {} });
  await box.impOk(["up", "--no-wait"]);
  assertEquals((await box.imp(["up", "--until", "e2e"])).code, 7);
  up.kill("SIGINT");
  const { code, stderr } = await up.result();
  assertEquals(code, 130, stderr);
  await box.shell("echo go > gate");
  await untilStates(box, { slow: "exited 1", api: "running 1", e2e: "failed 1" });
});

Deno.test("E12 a wrong file starts nothing, and is in nobody's way who looks, stops or removes", async () => {
  await using box = await openProject({ api: { command: STAY } });
  await box.impOk(["up"]);
  await box.file(
    "project/imp.yaml",
    "jobs: { api: { comand: sleep 1 }, web: { command: x, depends_on: [nobody] } }\n",
  );
  const { code, stderr } = await box.imp(["up"]);
  assertEquals(code, 2);
  assertMatch(stderr, /^imp\.yaml:1:\d+: jobs\.api\.comand: /m);
  assertStringIncludes(stderr, "nobody");
  assertEquals(await statesOf(box), { api: "running 1" });
  await box.impOk(["logs", "api"]);
  await box.impOk(["down"]);
  assertEquals(await statesOf(box), { api: "stopped 1" });
  await box.impOk(["down", "--rm"]);
});

Deno.test("E12 beside a daemon that lives, a wrong file is told by every command that works in spite of it", async () => {
  await using box = await openProject({ api: { command: STAY } });
  await box.impOk(["up"]);
  const right = await Deno.readTextFile(`${box.project}/imp.yaml`);
  const calls = [
    ..."ls|show api|ports|logs api|stdout api|stderr api|stop api|start api|restart api".split("|"),
    ..."set --description d api|signal CONT api|wait --for running api|down|cleanup".split("|"),
  ].map((words) => words.split(" "));
  const told = async (args: string[]) => {
    const { code, stderr } = await box.imp(args);
    assertEquals(code, 0, `${args}: ${stderr}`);
    return stderr.split("\n").filter((line) => line.startsWith("imp: imp.yaml:"));
  };
  assertEquals(await told(["ls"]), []);
  const typo =
    'jobs: { api: { comand: x }, b: 3, c: { command: x, cwd: "${NOT_SET_ANYWHERE}" } }\n';
  await box.file("project/imp.yaml", typo);
  const line = "imp: imp.yaml:1:16: jobs.api.comand: no such key (did you mean command?); " +
    "and 1 more: imp check";
  for (const args of calls) assertEquals(await told(args), [line], args.join(" "));
  assertEquals((await box.imp(["ls", "--quiet"])).stderr, "");
  assertEquals((await box.imp(["ls", "--json"])).stderr, "");
  await box.file("project/imp.yaml", "jobs: [\n");
  assertMatch((await told(["ls"])).join(), /imp\.yaml:\d+:\d+: .*not closed/);
  await box.file("project/imp.yaml", right);
  await box.file("project/imp.local.yaml", "env: [\n");
  assertMatch((await box.imp(["ls"])).stderr, /^imp: imp\.local\.yaml:/);
  await Deno.remove(`${box.project}/imp.local.yaml`);
  await box.file("project/imp.yml", "jobs: {}\n");
  assertMatch((await told(["ls"])).join(), /there is also imp\.yml/);
  await Deno.remove(`${box.project}/imp.yml`);
  await box.file("project/imp.yaml", 'jobs: {}\nenv: { A: "${NOT_SET_ANYWHERE}" }\n');
  assertEquals(await told(["ls"]), [], "what is not set here is told by imp check");
  await box.file("config/imp/config.yaml", "stop_timeout: soon\n");
  assertMatch((await box.imp(["logs", "api"])).stderr, /^imp: .*stop_timeout \(line 1\)/);
  await box.file("project/imp.yaml", typo);
  const nuked = await box.imp(["nuke"]);
  assertEquals(nuked.code, 0, nuked.stderr);
  assertMatch(nuked.stderr, /^imp: imp\.yaml:1:16: .*\nimp: .*stop_timeout \(line 1\)/);
});

Deno.test("up leaves jobs that were added by hand alone, refuses their names, and names what the file has no more", async () => {
  await using box = await openProject({ api: { command: STAY }, old: { command: STAY } });
  await box.impOk(["add", "--name", "hand", "--", "sleep", "1000000"]);
  await box.impOk(["up"]);
  await declare(box, { api: { command: STAY } });
  const { stderr } = await box.imp(["up"]);
  assertStringIncludes(stderr, "old is in the file no more; imp up --prune removes it");
  await box.impOk(["up", "--prune"]);
  assertEquals(await statesOf(box), { api: "running 1", hand: "running 1" });
  await declare(box, { api: { command: STAY }, hand: { command: STAY } });
  const taken = await box.imp(["up"]);
  assertEquals(taken.code, 6, taken.stderr);
  assertEquals((await box.imp(["down", "hand"])).code, 2);
  await box.impOk(["down"]);
  assertEquals((await jobsOf(box)).hand!.status, "running");
});

Deno.test("what is to be confirmed starts only when it is named with --confirm", async () => {
  await using box = await openProject({
    db: { command: STAY },
    wipe: { task: true, command: "exit 0", confirm: true, depends_on: ["db"] },
  });
  await box.impOk(["up"]);
  assertEquals(await statesOf(box), { db: "running 1", wipe: "stopped 0" });
  const { code, stderr } = await box.imp(["up", "wipe"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "imp up --confirm wipe");
  await box.impOk(["up", "--confirm", "wipe"]);
  assertEquals(await statesOf(box), { db: "running 1", wipe: "exited 1" });
});

Deno.test("the same project is up in two worktrees at the same time, each with ports of its own", async () => {
  await using box = await openProject(SHOP);
  const other = `${box.root}/other`;
  await Deno.mkdir(other);
  await declare(box, SHOP, "other");
  const outputs = await Promise.all([box.impOk(["up"]), box.impOk(["up"], { cwd: other })]);
  const urls = outputs.map((text) => /http:\S+/.exec(text)![0]);
  assert(urls[0] !== urls[1], outputs.join());
  for (const url of urls) {
    await eventually(`${url} is served`, async () => {
      const response = await fetch(url).catch(() => undefined);
      await response?.body?.cancel();
      return response?.status === 200;
    });
  }
  await box.impOk(["down", "--rm"]);
  assertEquals(await statesOf(box, { cwd: other }), { ...UP, extra: "stopped 0" });
  await box.impOk(["down", "--rm"], { cwd: other });
});

Deno.test("what depends on a job that says when it is ready is started then, and `up` returns then", async () => {
  await using box = await openProject({
    db: { command: "sleep 0.5; touch up; echo listening; " + STAY, ready: { log: "listening" } },
    api: { command: "test -e up && " + STAY, depends_on: ["db"] },
  });
  const { code, stdout, stderr } = await box.imp(["up"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^db ready in [^]*^api ready in /m);
});
