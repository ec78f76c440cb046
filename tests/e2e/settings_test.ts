/** What becomes of a project when its settings come, go, or are wrong. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { findImp, findNewerImp, findOlderImp } from "../support/imp_executable.ts";

const WRONG = "daemon:\n  stop_timeout: soon\n";
const GOOD = "daemon:\n  stop_timeout: 3s\n";
/** How a refusal names what is wrong. */
const REFUSAL = /imp\.yaml: daemon\.stop_timeout \(line 2\) must be a duration/;

async function hold(box: Box, name: string): Promise<void> {
  await box.impOk(["add", "--name", name, "--", ...fixture("hold.sh")]);
}

async function inForce(
  box: Box,
  name: string,
): Promise<{ name: string; value: unknown; source: string }> {
  const { settings } = await box.impJson(["config"]);
  return settings.find((each: { name: string }) => each.name === name);
}

/** The daemon ends as in a crash; its jobs go on. */
async function loseDaemon(box: Box): Promise<void> {
  Deno.kill(await daemonPid(box), "SIGKILL");
  await eventually("the daemon is gone", async () => (await box.daemons()).length === 0);
}

async function expectRefused(box: Box, ...args: string[]): Promise<void> {
  const result = await box.imp(args);
  assertEquals(result.code, 2, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
  assert(REFUSAL.test(result.stderr), result.stderr);
}

Deno.test("F1 a settings file that is made while the daemon runs is found by a reload, wherever it belongs", async () => {
  await using box = await openBox();
  await hold(box, "api");
  const pid = await daemonPid(box);
  const places = {
    "project/imp.yaml": "daemon:\n  stop_timeout: 1s\n",
    "project/imp.toml": '[daemon]\nstop_timeout = "2s"\n',
    "project/imp.jsonc": '{ "daemon": { "stop_timeout": "3s" } } // mine\n',
    "config/imp/config.yml": "stop_timeout: 4s\n",
    "config/imp/config.json": '{ "stop_timeout": "5s" }',
  };
  for (const [index, [place, text]] of Object.entries(places).entries()) {
    const path = await box.file(place, text);
    assertStringIncludes(await box.impOk(["reload"]), "stop_timeout changed");
    const { value, source } = await inForce(box, "stop_timeout");
    assertEquals(value, `${index + 1}s`);
    assertEquals(await Deno.realPath(source), await Deno.realPath(path));
    await Deno.remove(path);
  }
  await box.impOk(["reload"]);
  assertEquals(await inForce(box, "stop_timeout"), {
    name: "stop_timeout",
    value: "10s",
    source: "default",
  });
  assertEquals(await daemonPid(box), pid);
});

Deno.test("F2 a settings file that is removed or renamed is taken as it is now", async () => {
  await using box = await openBox();
  const path = await box.file("project/imp.yaml", GOOD);
  await hold(box, "api");
  assertEquals((await inForce(box, "stop_timeout")).value, "3s");
  await box.file("config/imp/config.yaml", "runs_kept: 4\n");
  await Deno.rename(path, path.replace("yaml", "yml"));
  assertStringIncludes(await box.impOk(["reload"]), "runs_kept changed");
  assertEquals((await inForce(box, "stop_timeout")).value, "3s");
  await Deno.remove(path.replace("yaml", "yml"));
  assertStringIncludes(await box.impOk(["reload"]), "stop_timeout changed");
});

Deno.test("F3 with a wrong settings file nothing new is started, and all that is there is seen, stopped and removed", async () => {
  await using box = await openBox();
  await box.file("project/imp.yaml", GOOD);
  await hold(box, "one");
  await hold(box, "two");
  await box.file("project/imp.yaml", WRONG);
  await loseDaemon(box);

  for (const args of [["add", "--", "true"], ["run", "--", "true"], ["exec", "--", "true"]]) {
    await expectRefused(box, ...args);
  }
  await expectRefused(box, "daemon", "start");
  assertEquals(await box.daemons(), []);

  const listed = await box.imp(["ls"]);
  assertEquals(listed.code, 0, listed.stderr);
  assert(REFUSAL.test(listed.stderr), listed.stderr);
  for (const name of ["one", "two"]) assertStringIncludes(listed.stdout, name);
  await expectRefused(box, "add", "--", "true");
  await box.impOk(["logs", "one"]);
  await box.impOk(["stop", "one"]);
  await expectRefused(box, "start", "one");
  await box.impOk(["restart", "two"]);
  await box.impOk(["rm", "one"]);

  await loseDaemon(box);
  const nuked = await box.imp(["nuke"]);
  assertEquals(nuked.code, 0, nuked.stderr);
  assertStringIncludes(nuked.stdout, "Stopped 1 job");
  assertEquals(await box.processes(), []);
});

Deno.test("F3 a daemon that began without a wrong file takes it up as soon as it is right", async () => {
  await using box = await openBox();
  await box.file("project/imp.yaml", GOOD);
  await hold(box, "one");
  await box.file("project/imp.yaml", WRONG);
  await loseDaemon(box);
  await box.impOk(["ls"]);
  await expectRefused(box, "reload");
  await expectRefused(box, "add", "--", "true");
  await box.file("project/imp.yaml", GOOD);
  await hold(box, "two");
  assertEquals((await inForce(box, "stop_timeout")).value, "3s");
});

for (
  const [what, make] of Object.entries({
    "a typo of the user's": (box: Box) => box.file("config/imp/config.yaml", "idle_exits: 1h\n"),
    "a FIFO": async (box: Box) => {
      await Deno.mkdir(`${box.root}/config/imp`, { recursive: true });
      await box.shell(`mkfifo ${box.root}/config/imp/config.toml`);
    },
    "a directory": (box: Box) =>
      Deno.mkdir(`${box.root}/config/imp/config.json`, { recursive: true }),
    "aliases of aliases": (box: Box) =>
      box.file(
        "config/imp/config.yaml",
        Array.from({ length: 9 }, (_, n) => `a${n}: &a${n} [${`*a${n - 1},`.repeat(n && 9)}]\n`)
          .join(""),
      ),
  })
) {
  Deno.test(`F3 ${what} in the place of the user's settings keeps nobody from his jobs`, async () => {
    await using box = await openBox();
    await hold(box, "one");
    await make(box);
    await loseDaemon(box);
    const added = await box.imp(["add", "--", "true"]);
    assertEquals(added.code, 2, added.stderr);
    assertStringIncludes(added.stderr, "config/imp/config.");
    assertStringIncludes(await box.impOk(["ls"]), "running");
    assertStringIncludes(await box.impOk(["nuke"]), "Stopped 1 job");
  });
}

Deno.test("F4 daemon restart with wrong settings leaves the daemon that is there", async () => {
  await using box = await openBox();
  await box.file("project/imp.yaml", GOOD);
  await hold(box, "one");
  const pid = await daemonPid(box);
  await box.file("project/imp.yaml", WRONG);
  await expectRefused(box, "daemon", "restart");
  await expectRefused(box, "enable");
  assertEquals(await daemonPid(box), pid);
  assertEquals((await inForce(box, "stop_timeout")).value, "3s");
});

const OLDER = await findOlderImp();
const NEWER = await findNewerImp();
const FOREIGN = await findImp({ stamp: "20100101T000000.000Z", protocol: 2 });

Deno.test("F4 a newer build whose settings are wrong leaves the older daemon, and works with it", async () => {
  await using box = await openBox(OLDER);
  await hold(box, "one");
  const pid = await daemonPid(box);
  await box.file("config/imp/config.yaml", "stop_timeout: soon\n");
  const newer = (...args: string[]) => box.run([...NEWER.command, ...args]);
  const listed = await newer("ls");
  assertEquals(listed.code, 0, listed.stderr);
  assertStringIncludes(listed.stderr, "The daemon stays at version");
  assertStringIncludes(listed.stderr, "stop_timeout (line 1)");
  assertEquals((await newer("add", "--name", "two", "--", ...fixture("hold.sh"))).code, 0);
  const forced = await newer("--takeover", "ls");
  assertEquals(forced.code, 2, forced.stderr);
  assertEquals(await daemonPid(box), pid);
  await box.file("config/imp/config.yaml", "stop_timeout: 3s\n");
  assertEquals((await newer("ls")).code, 0);
  assert(await daemonPid(box) !== pid);
});

Deno.test("F4 a daemon of another protocol goes for who wants to look, and stays for who wants more", async () => {
  await using box = await openBox(FOREIGN);
  await hold(box, "one");
  const [{ pid }] = await box.daemons() as [{ pid: number }, ...unknown[]];
  await box.file("config/imp/config.yaml", "stop_timeout: soon\n");
  const newer = (...args: string[]) => box.run([...NEWER.command, ...args]);
  assertEquals((await newer("add", "--", "true")).code, 2);
  assertEquals((await box.daemons()).map((each) => each.pid), [pid]);
  const listed = await newer("ls");
  assertEquals(listed.code, 0, listed.stderr);
  assertStringIncludes(listed.stdout, "running");
  assertEquals((await newer("nuke")).code, 0);
});

Deno.test("F5 what a project file has that imp does not use is told when it is read", async () => {
  await using box = await openBox();
  await box.file("project/imp.yaml", "services:\n  api: { command: ls }\n");
  const added = await box.imp(["add", "--name", "one", "--", ...fixture("hold.sh")]);
  assertEquals(added.code, 0, added.stderr);
  assert(/imp\.yaml: imp .* does not use services \(line 1\)/.test(added.stderr), added.stderr);
  for (const args of [["reload"], ["config"]]) {
    assertStringIncludes((await box.imp(args)).stderr, "does not use services (line 1)");
  }
  assertStringIncludes(await box.impOk(["doctor"]), "does not use services (line 1)");
  for (const text of ["deamon:\n  runs_kept: 3\n", "runs_kept: 3\n"]) {
    await box.file("project/imp.yaml", text);
    const reloaded = await box.imp(["reload"]);
    assertEquals(reloaded.code, 2, reloaded.stdout);
    assertStringIncludes(reloaded.stderr, "daemon:");
  }
});
