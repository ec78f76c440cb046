/** The daemon of a program that is made of imp's parts: whose it is, how long it stays, and what it leaves behind. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { findImp } from "../support/imp_executable.ts";
import { isAlive } from "../support/process_facts.ts";
import { openProgram, programDaemons, RUDE } from "../support/program_box.ts";

/** A call of that build, where the later letter is the newer one. */
const ofBuild = (build: string) => ({ env: { RUDE_BUILD: build } });

const limits = (values: Record<string, number>) => ({ RUDE_LIMITS: JSON.stringify(values) });

Deno.test("an older client works with the newer daemon, an equal one too, and only a newer one replaces it", async () => {
  await using program = await openProgram(RUDE, ofBuild("b"));
  const { call, pid } = program;
  const daemon = await pid();
  for (const build of ["a", "b", "a"]) assertEquals(await pid(ofBuild(build)), daemon, build);
  const status = await call(["--daemon", "status"], undefined, ofBuild("a"));
  assertMatch(status.stdout, /version 0\.0\.0, build b\)\n$/);
  const newer = await pid(ofBuild("c"));
  assert(newer !== daemon);
  await eventually("the old one has gone", () => !isAlive(daemon));
  for (const build of ["a", "b", "c"]) assertEquals(await pid(ofBuild(build)), newer, build);
});

Deno.test("of older and newer clients at once, the newer ones' daemon stays and all are answered", async () => {
  await using program = await openProgram(RUDE, ofBuild("b"));
  const { box, pid } = program;
  const builds = Array.from({ length: 16 }, (_, index) => index % 2 === 0 ? "a" : "b");
  const pids = await Promise.all(builds.map((build) => pid(ofBuild(build))));
  assert(pids.every((each) => each > 0), String(pids));
  const [daemon, ...others] = new Set(pids.filter((_, index) => builds[index] === "b"));
  assertEquals(others, []);
  assertEquals(await pid(ofBuild("a")), daemon);
  await eventually("no other is left", async () => (await programDaemons(box)).length === 1);
});

Deno.test("an older client of another language is told what to do, and harms nobody", async () => {
  await using program = await openProgram(RUDE, ofBuild("b"));
  const { box, pid } = program;
  const daemon = await pid();
  const foreign = await findImp({ entry: RUDE, protocol: 999 });
  const refused = await box.run([...foreign.command, "pid"], ofBuild("a"));
  assertEquals([refused.code, refused.stdout], [5, ""]);
  assertMatch(
    refused.stderr,
    /^rude-program: This program \(.*build a\) does not speak the language of the daemon \(.*build b\)\nhint: rude-program --daemon stop ends the daemon of the other version\n$/,
  );
  assertEquals(await pid(), daemon);
  const stopped = await box.run([...foreign.command, "--daemon", "stop"], ofBuild("a"));
  assertEquals(stopped.stdout, `Stopped the daemon "default" (pid ${daemon})\n`);
  const replaced = await box.run([...foreign.command, "calls"], ofBuild("a"));
  assertEquals(replaced.stdout, "1\n", replaced.stderr);
});

Deno.test("a command that takes longer than it may is cancelled, whether it listens or not", async () => {
  await using program = await openProgram(RUDE, { env: limits({ commandMs: 200, graceMs: 200 }) });
  const { box, call } = program;
  const file = `${box.root}/end`;
  for (const args of [["wait", file], ["hang"]]) {
    const { code, stderr } = await call(args);
    assertEquals(code, 124);
    assertEquals(stderr, "rude-program: The command took too long and was ended\n");
  }
  assertEquals(Deno.readTextFileSync(file), "cancelled");
  assertEquals((await call(["calls"])).stdout, "3\n");
});

Deno.test("a daemon that nobody calls goes, not while it works, and the next call starts one", async () => {
  await using program = await openProgram(RUDE, {
    ids: ["busy", "idle"],
    env: limits({ idleExitMs: 100 }),
    leavesLog: true,
  });
  const { box, call, start } = program;
  const fifo = `${box.root}/fifo`;
  await box.run(["mkfifo", fifo]);
  await using reading = start(["--daemon-id", "busy", "read", fifo]);
  await reading.waitForStdout("reading\n");
  const [busy] = await programDaemons(box);
  // As long as that has to work, another has nothing to do, and goes.
  const idle = async () => {
    assertEquals((await call(["--daemon-id", "idle", "calls"])).stdout, "1\n");
    await eventually("it has gone", async () => (await programDaemons(box)).length === 1);
  };
  await idle();
  await idle();
  assertEquals(await programDaemons(box), [busy]);
  await Deno.writeTextFile(fifo, "done");
  assertEquals((await reading.result()).stdout, "reading\ndone\n");
  await eventually("all have gone", async () => (await programDaemons(box)).length === 0);
  const rest = ["busy", "idle"].flatMap((id) => [id, "start.lock"]);
  assertEquals(program.runtimeFiles().toSorted(), rest.toSorted());
});

Deno.test("a call that comes just as the daemon goes is answered by the next one", async () => {
  await using program = await openProgram(RUDE, {
    env: limits({ idleExitMs: 1 }),
    leavesLog: true,
  });
  const callers = Array.from({ length: 4 }, async () => {
    for (let left = 8; left > 0; left--) {
      const { code, stdout, stderr } = await program.call(["calls"]);
      assertEquals(code, 0, stderr);
      assertMatch(stdout, /^\d+\n$/);
    }
  });
  await Promise.all(callers);
});

Deno.test("a daemon that was killed leaves nothing that the next call minds", async () => {
  await using program = await openProgram(RUDE);
  const { box, call, pid, start, runtimeDir } = program;
  const daemon = await pid();
  const fifo = `${box.root}/fifo`;
  await box.run(["mkfifo", fifo]);
  await using reading = start(["read", fifo]);
  await reading.waitForStdout("reading\n");
  Deno.kill(daemon, "SIGKILL");
  const { code, stderr } = await reading.result();
  assertEquals(code, 69);
  assertStringIncludes(stderr, "rude-program: Lost the connection to the daemon");
  assertStringIncludes(stderr, "hint: The daemon may have been ended: try again");
  assert(program.runtimeFiles().includes("daemon.sock"));
  assertEquals((await call(["calls"])).stdout, "1\n");
  assertEquals((await call(["--daemon", "stop"])).code, 0);
  // A pid alone makes nobody the daemon; what is no socket is somebody's, and stays.
  await Deno.mkdir(runtimeDir, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(`${runtimeDir}/daemon.pid`, `${Deno.pid}\n`, { mode: 0o600 });
  await Deno.writeTextFile(`${runtimeDir}/daemon.sock`, "no socket", { mode: 0o600 });
  assertEquals((await call(["--daemon", "status"])).code, 3);
  const refused = await call(["calls"]);
  assert(refused.code !== 0);
  assertStringIncludes(refused.stderr, 'daemon.sock": something else is there\nhint: Look at it');
  assertEquals(await Deno.readTextFile(`${runtimeDir}/daemon.sock`), "no socket");
  await Deno.remove(`${runtimeDir}/daemon.sock`);
  assertEquals((await call(["calls"])).stdout, "1\n");
});
