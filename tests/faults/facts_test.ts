/** Files that one imp writes and another reads, in another shell or after damage. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";

const ID = ["--daemon-id", "d"];

function daemonJson(box: Box): string {
  return `${box.stateDir}/d/daemon.json`;
}

Deno.test("D5 a daemon in a long XDG_RUNTIME_DIR is found from a shell without it, by every command", async () => {
  await using box = await openBox();
  // Without the variable it is a directory that all of this user's boxes share.
  const id = `far-${crypto.randomUUID().slice(0, 8)}`;
  const of = ["--daemon-id", id];
  const far = `${box.root}/run/${"far".repeat(30)}`;
  await Deno.mkdir(far, { recursive: true, mode: 0o700 });
  const there = { env: { XDG_RUNTIME_DIR: far } };
  const elsewhere = { env: { XDG_RUNTIME_DIR: undefined } };
  try {
    const job = await box.impOk([...of, "add", "-q", "--", ...fixture("hold.sh")], there);
    const { pid } = await box.impJson([...of, "ping"], there);

    assertEquals((await box.impJson([...of, "ping"], elsewhere)).pid, pid);
    const jobs = (await box.impJson([...of, "ls"], elsewhere)).jobs;
    assertEquals(jobs.map((job: { id: string }) => job.id), [job.trim()]);
    const status = await box.impJson([...of, "status"], elsewhere);
    assertEquals([status.source, status.daemon.pid], ["ipc", pid]);
    const overview = await box.impJson(of, elsewhere);
    assertEquals(overview.daemon.pid, pid);
    const daemons: { daemon_id: string; pid: number }[] =
      (await box.impJson(["daemon", "list"], elsewhere)).daemons;
    assertEquals(daemons.find(({ daemon_id }) => daemon_id === id)?.pid, pid);
    const doctor = await box.impJson([...of, "doctor"], elsewhere);
    assertStringIncludes(JSON.stringify(doctor), `running, pid ${pid}`);
    assertStringIncludes(await box.impOk([...of, "daemon", "logs"], elsewhere), "daemon ready");
    // It takes over from there, too, and ends what it should.
    await box.impOk([...of, "daemon", "restart"], elsewhere);
    assertEquals((await box.impJson([...of, "ls"], elsewhere)).jobs[0].status, "running");
    await box.impOk([...of, "nuke"], elsewhere);
    assertEquals(await box.daemons(), []);
  } finally {
    // The box looks for daemons in its own runtime directory alone.
    await box.imp([...of, "nuke"], there);
  }
});

Deno.test("D5 a damaged daemon.json or pid file hinders nothing, and no number is read out of it", async () => {
  await using box = await openBox();
  await box.impOk([...ID, "add", "--", ...fixture("hold.sh")]);
  const { pid } = await box.impJson([...ID, "ping"]);
  const whole = Deno.readTextFileSync(daemonJson(box));
  const newer = JSON.stringify({ ...JSON.parse(whole), listens_too: ["tcp"] });
  for (const text of ["", "garbage", whole.slice(0, 40), '{"runtime_dir":7}', newer]) {
    await Deno.writeTextFile(daemonJson(box), text);
    for (const words of [["ls"], ["status"], ["daemon", "list"], ["daemon", "logs"], ["doctor"]]) {
      const { code, stderr } = await box.imp([...ID, ...words]);
      // A daemon that notices mends it, and that is told.
      const isQuiet = stderr.split("\n").every((line) => line === "" || /made anew/.test(line));
      assertEquals([code, isQuiet], [0, true], `${words.join(" ")} with ${text}: ${stderr}`);
    }
  }
  for (const text of ["", "garbage", "1\n", "99999999999999999999\n2026-01-01T00:00:00.000Z\n"]) {
    await Deno.writeTextFile(`${box.runtimeDir}/d/daemon.pid`, text);
    assertEquals((await box.impJson([...ID, "ping"])).pid, pid);
    assertEquals((await box.impJson(["daemon", "list"])).daemons[0].running, true);
    assertEquals((await box.imp([...ID, "doctor"])).code, 0);
  }
});

Deno.test("D6 the lines of a daemon with a log file of its own are in daemon logs, wherever that is typed", async () => {
  await using box = await openBox();
  const logs = ["daemon", "logs"];
  {
    await using daemon = box.startImp([...ID, "daemon", "run", "--log-file", "own.log"]);
    const log = `${box.project}/own.log`;
    await eventually("it is ready", () => Deno.readTextFileSync(log).includes("daemon ready"));
    assertEquals(await box.impOk([...ID, ...logs], { cwd: "/" }), Deno.readTextFileSync(log));
    daemon.kill("SIGTERM");
    assertEquals((await daemon.result()).code, 0);
    assertStringIncludes(await box.impOk([...ID, ...logs], { cwd: "/" }), "daemon ended");
  }
  await using daemon = box.startImp([...ID, "daemon", "run"]);
  await daemon.waitForStderr("daemon ready");
  const { code, stderr } = await box.imp([...ID, ...logs]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, `(pid ${daemon.pid}) writes no log file: it runs in the foreground`);
  daemon.kill("SIGTERM");
  assertEquals((await daemon.result()).code, 0);
});
