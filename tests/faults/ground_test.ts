/** CASES D1, D2, D7: what the daemon stands on is taken away while it lives. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { hasTools } from "../support/process_facts.ts";

const ID = ["--daemon-id", "d"];

/** Where things are in a box's daemon "d", with a live run of job "held" that has a stdin. */
interface Ground {
  readonly box: Box;
  readonly run: string;
  readonly state: string;
  readonly jobId: string;
}

/** Each file or directory of a daemon that lives. */
const PLACES: Record<string, (ground: Ground) => string> = {
  "daemon.sock": ({ run }) => `${run}/daemon.sock`,
  "status.sock": ({ run }) => `${run}/status.sock`,
  "daemon.pid": ({ run }) => `${run}/daemon.pid`,
  "start.lock": ({ run }) => `${run}/start.lock`,
  "the runtime directory": ({ run }) => run,
  "the directory above it": ({ run }) => run.slice(0, run.lastIndexOf("/")),
  "state.db": ({ state }) => `${state}/state.db`,
  "state.db-wal": ({ state }) => `${state}/state.db-wal`,
  "daemon.lock": ({ state }) => `${state}/daemon.lock`,
  "daemon.json": ({ state }) => `${state}/daemon.json`,
  "status.json": ({ state }) => `${state}/status.json`,
  "daemon.log": ({ state }) => `${state}/daemon.log`,
  "runs/": ({ state }) => `${state}/runs`,
  "the directory of a live run": ({ state, jobId }) => `${state}/runs/${jobId}-1`,
  "the FIFO of a job's stdin": ({ state, jobId }) => `${state}/runs/${jobId}-1/stdin`,
  "logs/": ({ state }) => `${state}/logs`,
  "the state directory": ({ state }) => state,
  "the directory above the state": ({ state }) => state.slice(0, state.lastIndexOf("/")),
};

/** How it goes away, and what is left at its path. */
const WAYS: Record<string, (path: string) => Promise<unknown>> = {
  "removed": removeAt,
  "renamed away": (path) => Deno.rename(path, `${path}.away`),
  "replaced by a file": (path) =>
    replaceAt(path, () => Deno.writeTextFile(path, "a stranger's", { createNew: true })),
  "replaced by a directory": (path) => replaceAt(path, () => Deno.mkdir(path, { mode: 0o700 })),
  "replaced by a link": (path) => replaceAt(path, () => Deno.symlink("/etc", path)),
};

/** The daemon may have made it anew between: then that is what is replaced. */
async function replaceAt(path: string, make: () => Promise<void>): Promise<void> {
  for (;;) {
    await removeAt(path);
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

async function removeAt(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true });
}

/** A daemon with a live run that ends with the code that it reads. */
async function openGround(box: Box): Promise<Ground> {
  const command = ["sh", "-c", "echo up; read code; exit $code"];
  await box.impOk([...ID, "add", "--name", "held", "--stdin", "--", ...command]);
  const { id } = await box.impJson([...ID, "show", "held"]);
  return { box, run: `${box.runtimeDir}/d`, state: `${box.stateDir}/d`, jobId: id };
}

async function pidOf(box: Box): Promise<number> {
  const [daemon, ...others] = await box.daemons();
  assertEquals(others, []);
  return daemon!.pid;
}

/** What is at each place again, as it should be; else the first that is not. */
function firstWrong({ run, state, jobId }: Ground): string | undefined {
  const kinds: [string, keyof Deno.FileInfo][] = [
    [`${run}/daemon.sock`, "isSocket"],
    [`${run}/status.sock`, "isSocket"],
    [`${run}/daemon.pid`, "isFile"],
    [`${state}/state.db`, "isFile"],
    [`${state}/daemon.lock`, "isFile"],
    [`${state}/daemon.json`, "isFile"],
    [`${state}/status.json`, "isFile"],
    [`${state}/daemon.log`, "isFile"],
    [`${state}/logs`, "isDirectory"],
    [`${state}/runs/${jobId}-1/spec.json`, "isFile"],
  ];
  const wrong = kinds.find(([path, kind]) => {
    try {
      return Deno.lstatSync(path)[kind] !== true;
    } catch {
      return true;
    }
  });
  return wrong?.[0];
}

/** What nobody needs to be told of: made by those who need it, or written again by itself. */
const UNTOLD = ["start.lock", "status.json"];

Deno.test("D1 D7 each place that is taken away in whatever way is mended and told, by the same daemon, and the job goes on to its code", async () => {
  // Side by side, each with a daemon of its own: nearly all of it is waiting for the daemon's next look.
  await Promise.all(Object.entries(WAYS).map(([how, takeAway]) => takeEachAway(how, takeAway)));
});

async function takeEachAway(
  how: string,
  takeAway: (path: string) => Promise<unknown>,
): Promise<void> {
  await using box = await openBox();
  const ground = await openGround(box);
  const pid = await pidOf(box);
  for (const [what, place] of Object.entries(PLACES)) {
    const path = place(ground);
    await box.imp([...ID, "reload"]);
    const told = new Set(await noticesOf(box));
    await takeAway(path).catch((error) => {
      if (!UNTOLD.includes(what)) throw error;
    });
    const explain = () => `${what}: ${firstWrong(ground)}, ${what} ${how}`;
    const options = { explain };
    await eventually(`${what} is mended`, () => firstWrong(ground) === undefined, options);
    if (!UNTOLD.includes(what)) {
      const isTold = async () => (await noticesOf(box)).some((notice) => !told.has(notice));
      await eventually(`${what} is told`, isTold, options);
    }
    assertEquals(await pidOf(box), pid, what);
    assertEquals((await box.imp([...ID, "daemon", "status"])).code, 0, what);
    assertEquals((await box.impJson([...ID, "show", "held"])).status, "running", what);
  }
  await box.impOk([...ID, "add", "--name", "next", "--", ...fixture("hold.sh")]);
  assertEquals((await box.imp([...ID, "send", "held"], { input: "7\n" })).code, 0);
  assertEquals((await box.imp([...ID, "wait", "held"])).code, 7);
  // What is on disk is whole: the next daemon knows it all.
  Deno.kill(pid, "SIGKILL");
  const jobs: { name: string; status: string }[] = (await box.impJson([...ID, "list"])).jobs;
  const known = jobs.map(({ name, status }) => `${name} ${status}`).sort();
  assertEquals(known, ["held failed", "next running"]);
}

async function noticesOf(box: Box): Promise<string[]> {
  return (await box.impJson([...ID, "status"])).daemon.notices;
}

Deno.test("D1 the code of a run is known that ended while its directory was gone", async () => {
  await using box = await openBox();
  const { state, jobId } = await openGround(box);
  const show = await box.impJson([...ID, "show", "held"]);
  await Deno.remove(`${state}/runs/${jobId}-1`, { recursive: true });
  const sh = await Deno.open(`/proc/${show.pid}/fd/0`, { write: true });
  await sh.write(new TextEncoder().encode("9\n"));
  sh.close();
  assertEquals((await box.imp([...ID, "wait", "held"])).code, 9);
});

Deno.test("D1 a log that is removed under its job is told as long as the job runs on", async () => {
  await using box = await openBox();
  await openGround(box);
  const { stdout_path } = await box.impJson([...ID, "show", "held"]);
  await Deno.remove(stdout_path);
  const told = await eventually("it is told", async () => {
    const { stderr } = await box.imp([...ID, "ls"]);
    return stderr.includes(stdout_path) && stderr;
  });
  assert(told.includes(`what job "held" prints is lost until its restart`), told);
  assert((await box.imp([...ID, "status"])).stderr.includes(stdout_path));
  await box.impOk([...ID, "restart", "held"]);
  await eventually(
    "it is told no more",
    async () => !(await box.imp([...ID, "ls"])).stderr.includes("is lost"),
  );
  assertEquals(await box.impOk([...ID, "stdout", "held"]), "up\n");
});

Deno.test("D1 who finds no socket of a daemon that lives waits until it is there again", async () => {
  for (const command of [["ls"], ["daemon", "status"], ["status"], ["ping"], ["daemon", "stop"]]) {
    await using box = await openBox();
    const { run } = await openGround(box);
    await Deno.remove(`${run}/daemon.sock`);
    const { code, stderr } = await box.imp([...ID, ...command]);
    assertEquals(code, 0, `${command}: ${stderr}`);
  }
});

Deno.test("D1 a daemon that cannot be reached is named as such and can be replaced, and its jobs go on", async () => {
  await using box = await openBox();
  const { run } = await openGround(box);
  const pid = await pidOf(box);
  // Stopped, so that it mends nothing.
  Deno.kill(pid, "SIGSTOP");
  await Deno.remove(`${run}/daemon.sock`);
  for (const command of [["ls"], ["daemon", "status"], ["daemon", "stop"]]) {
    const { code, stderr } = await box.imp([...ID, ...command]);
    assertEquals(code, 69, `${command}: ${stderr}`);
    assert(stderr.includes(`(pid ${pid}) lives`) && stderr.includes("daemon restart"), stderr);
  }
  // Its lock file gone, too: it is known by that of the state.
  await Deno.remove(`${run}/daemon.pid`);
  assertEquals((await box.imp([...ID, "overview"])).stdout.includes("not running"), false);
  await box.impOk([...ID, "daemon", "restart"]);
  assert(await pidOf(box) !== pid);
  assertEquals((await box.impJson([...ID, "show", "held"])).status, "running");
});

Deno.test("D1 a daemon whose runtime directory cannot be had any more makes room for one elsewhere", async () => {
  await using box = await openBox();
  // Its sockets are in the directory that all tests share.
  const id = ["--daemon-id", `t-${crypto.randomUUID().slice(0, 8)}`];
  await box.impOk([...id, "add", "--name", "held", "--", ...fixture("hold.sh")]);
  const pid = await pidOf(box);
  await Deno.rename(`${box.root}/run`, `${box.root}/run.away`);
  await Deno.writeTextFile(`${box.root}/run`, "a session that has ended");
  await eventually("another daemon is there", async () => await pidOf(box) !== pid);
  const env = { XDG_RUNTIME_DIR: undefined };
  const list = await eventually("it answers", async () => {
    const { code, stdout } = await box.imp([...id, "list", "--json"], { env });
    return code === 0 && JSON.parse(stdout).jobs;
  });
  assertEquals([list[0].name, list[0].status], ["held", "running"]);
  // The next session: its shells find the daemon by what it wrote into the state.
  await Deno.remove(`${box.root}/run`);
  await Deno.mkdir(`${box.root}/run`, { mode: 0o700 });
  assertEquals((await box.impJson([...id, "list"])).jobs[0].status, "running");
  await box.impOk([...id, "nuke"]);
});

const HAS_CLEANER = hasTools("systemd-tmpfiles");
if (!HAS_CLEANER) console.warn("NOT RUN: D2 with a real cleaner needs systemd-tmpfiles");

Deno.test({
  name: "D2 the real cleaner of temporary files passes a daemon by, with all that it stands on",
  ignore: !HAS_CLEANER,
  async fn() {
    await using box = await openBox();
    const { run, state } = await openGround(box);
    const list = async () => (await box.run(["find", run, state, "!", "-name", "*.tmp"])).stdout;
    const pid = await pidOf(box);
    // What is not in use goes: the rule is in force.
    await box.file("run/old/stale", "");
    // A daemon.json of another time is another file's: the daemon writes its own again, and says so.
    await box.run([
      "sh",
      "-c",
      `find ${box.root}/run ${box.root}/state ! -name daemon.json -exec touch -h -d 2020-01-01 {} +`,
    ]);
    const before = await list();
    const rules = [box.root + "/run", box.root + "/state"].map((path) => `d ${path} 0700 - - 0\n`);
    const config = await box.file("tmp/rules.conf", rules.join(""));
    const { code, stderr } = await box.run(["systemd-tmpfiles", "--clean", config]);
    assertEquals(code, 0, stderr);
    assertEquals([...Deno.readDirSync(`${box.root}/run`)].map(({ name }) => name), ["imp"]);
    const after = new Set((await list()).split("\n"));
    assertEquals(before.split("\n").filter((path) => !after.has(path)), []);
    assertEquals(await pidOf(box), pid);
    assertEquals((await box.impJson([...ID, "status"])).daemon.notices, []);
  },
});
