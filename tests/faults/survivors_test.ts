/** CASES A1: processes that may not be signalled, or that do not die. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { CAN_BE_OTHER_USER, openUserBox, type UserBox } from "../support/other_user.ts";
import { isAlive } from "../support/process_facts.ts";

if (!CAN_BE_OTHER_USER) console.warn("NOT RUN: A1 needs root, setpriv and a compiled imp");

/** A job that becomes root, and two others that must not notice. */
async function openWithServer(): Promise<{ user: UserBox; pid: number } & AsyncDisposable> {
  const user = await openUserBox();
  const server = ["sh", "-c", `exec ${user.asRoot} sleep 1000000`];
  await user.impOk(["add", "--name", "server", "--stop-timeout", "100ms", "--", ...server]);
  await user.impOk(["add", "--name", "held", "--", "sleep", "1000000"]);
  const flaky = ["add", "--name", "flaky", "--restart", "always", "--", "sh", "-c"];
  await user.impOk([...flaky, "echo begun; exec sleep 1000000"]);
  const { pid } = await user.impJson(["show", "server"]);
  await eventually(
    "it has become root",
    () => Deno.readTextFileSync(`/proc/${pid}/status`).includes("Uid:\t0\t0"),
  );
  return {
    user,
    pid,
    async [Symbol.asyncDispose]() {
      user.kill(pid);
      await user[Symbol.asyncDispose]();
    },
  };
}

/** The daemon goes on, and so do all other jobs, also those that are restarted. */
async function assertUntouched(user: UserBox, daemonPid: number): Promise<void> {
  assertEquals((await user.impJson(["ping"])).pid, daemonPid);
  assertEquals((await user.impJson(["show", "held"])).status, "running");
  const { pid, run } = await user.impJson(["show", "flaky"]);
  user.kill(pid);
  await eventually("it is restarted", async () => {
    const job = await user.impJson(["show", "flaky"]);
    return job.status === "running" && job.run === run + 1;
  });
}

for (const verb of ["stop", "restart", "rm -f", "stop --all"]) {
  Deno.test({
    name: `A1 ${verb} of a job that has become root names it, and nobody else is touched`,
    ignore: !CAN_BE_OTHER_USER,
    async fn() {
      await using world = await openWithServer();
      const { user, pid } = world;
      if (verb === "stop --all") await user.impOk(["rm", "-f", "flaky", "held"]);
      const daemon = (await user.impJson(["ping"])).pid;
      const args = verb.endsWith("--all") ? verb.split(" ") : [...verb.split(" "), "server"];
      for (let attempt = 0; attempt < 2; attempt++) {
        const { code, stdout, stderr } = await user.imp(args);
        assertEquals([code, stdout], [1, ""], stderr);
        assert(stderr.includes(`${pid}`) && /user root\b/.test(stderr), stderr);
        assert(isAlive(pid));
      }
      const job = await user.impJson(["show", "server"]);
      assertEquals([job.status, job.pid, job.exit_code], ["stopping", pid, null]);
      assertMatch(job.reason, new RegExp(`process ${pid} \\(sleep\\) of user root does not end`));
      if (verb !== "stop --all") await assertUntouched(user, daemon);
      user.kill(pid);
      const after = await eventually("it has ended", async () => {
        const found = await user.impJson(["show", "server"]);
        return found.status !== "stopping" && found.status !== "starting" && found;
      });
      const first = after.runs.find(({ run }: { run: number }) => run === 1);
      assertEquals([first.outcome, first.exit_code], ["stopped", 137]);
      assertEquals(after.status, verb === "restart" ? "running" : "stopped");
      if (verb === "restart") user.kill(after.pid);
    },
  });
}

Deno.test({
  name: "A1 nuke removes what it can, names the rest, and stays to watch it",
  ignore: !CAN_BE_OTHER_USER,
  async fn() {
    await using world = await openWithServer();
    const { user, pid } = world;
    const { code, stdout, stderr } = await user.imp(["nuke"]);
    assertEquals([code, stdout], [1, "Stopped 2 jobs, removed 2\n"]);
    assert(stderr.includes(`Process ${pid} of job`) && stderr.includes("(user root)"), stderr);
    const jobs: { name: string }[] = (await user.impJson(["list"])).jobs;
    assertEquals(jobs.map(({ name }) => name), ["server"]);
    user.kill(pid);
    await user.impOk(["wait", "server"]).catch(() => "");
    assertEquals((await user.imp(["nuke"])).code, 0);
  },
});

Deno.test({
  name:
    "A1 daemon stop ends the daemon, and names what could not be ended; the next one takes it up",
  ignore: !CAN_BE_OTHER_USER,
  async fn() {
    await using world = await openWithServer();
    const { user, pid } = world;
    const { code, stdout, stderr } = await user.imp(["daemon", "stop"]);
    assertEquals(code, 1, stderr);
    assertMatch(stdout, /^Stopped the daemon \(pid \d+\), 2 jobs stopped\n$/);
    assert(stderr.includes(`Process ${pid} of job`) && stderr.includes("(user root)"), stderr);
    await user.impOk(["daemon", "start"]);
    const { code: again, stderr: told } = await user.imp(["stop", "server"]);
    assertEquals(again, 1, told);
    assert(told.includes(`Process ${pid} of job`), told);
    user.kill(pid);
    await eventually(
      "it has ended",
      async () => (await user.impJson(["show", "server"])).exit_code === 137,
    );
  },
});

Deno.test({
  name: "A1 a signal that the system refuses is an error with exit code 77",
  ignore: !CAN_BE_OTHER_USER,
  async fn() {
    await using world = await openWithServer();
    const { user, pid } = world;
    const { code, stderr } = await user.imp(["signal", "USR1", "server"]);
    assertEquals(code, 77, stderr);
    assert(stderr.includes("another user: server"), stderr);
    assert(isAlive(pid));
    await assertUntouched(user, (await user.impJson(["ping"])).pid);
  },
});

/** A run that is over and has left a process that has become root, in its session and at its output. */
async function openWithLeftover(flags: readonly string[] = []) {
  const user = await openUserBox();
  // The first run alone leaves one.
  const script = `[ -e left ] && exec sleep 1000000; : > left; ${user.asRoot} sleep 1000000 & ` +
    "echo $! > pid; until grep -q '^Uid:.0.0' /proc/$!/status; do sleep 0.01; done; exit 1";
  const how = ["--name", "leaver", "--stop-timeout", "100ms", ...flags];
  await user.impOk(["add", ...how, "--", "sh", "-c", script]);
  const pid = await eventually("it has left one", async () => {
    const { left } = await user.impJson(["show", "leaver"]);
    return left === 1 && Number(await Deno.readTextFile(`${user.box.project}/pid`));
  });
  return {
    user,
    pid,
    async [Symbol.asyncDispose]() {
      user.kill(pid);
      await user[Symbol.asyncDispose]();
    },
  };
}

Deno.test({
  name:
    "A1 what a run has left and nobody may end is named by every command, and nothing is started",
  ignore: !CAN_BE_OTHER_USER,
  async fn() {
    await using world = await openWithLeftover();
    const { user, pid } = world;
    const statuses = async () => {
      const { status, left, run } = await user.impJson(["show", "leaver"]);
      return [status, left, run];
    };
    for (const verb of ["stop", "rm", "cleanup", "start", "restart", "nuke"]) {
      const args = ["cleanup", "nuke"].includes(verb) ? [verb] : [verb, "leaver"];
      const { code, stderr } = await user.imp(args);
      assertEquals(code, 1, `${verb}: ${stderr}`);
      assert(new RegExp(`\\b${pid}\\b`).test(stderr), `${verb}: ${stderr}`);
      assert(/user root\b/.test(stderr), `${verb}: ${stderr}`);
      assert(isAlive(pid));
    }
    assertEquals(await statuses(), ["failed", 1, 3]);
    const [daemon] = await user.box.daemons();
    Deno.kill(daemon!.pid, "SIGKILL");
    await eventually("it is gone", () => !isAlive(daemon!.pid));
    assertEquals((await user.imp(["stop", "leaver"])).code, 1, "the next daemon finds it, too");
    const { code, stdout, stderr } = await user.imp(["daemon", "stop"]);
    assert(code === 1 && stderr.includes(`Process ${pid} of job`), stderr);
    assert(stdout.includes("0 jobs stopped"), stdout);
    user.kill(pid);
    assertEquals(await user.impOk(["start", "leaver"]).then(statuses), ["running", 0, 4]);
  },
});

Deno.test({
  name: "A1 a policy's restart over what nobody may end is tried again and again, until it can",
  ignore: !CAN_BE_OTHER_USER,
  async fn() {
    await using world = await openWithLeftover(["--restart", "always"]);
    const { user, pid } = world;
    const job = await eventually("it was tried", async () => {
      const found = await user.impJson(["show", "leaver"]);
      return found.status === "backoff" && found.run > 1 && found;
    });
    assert(job.reason.includes(`process ${pid} (sleep) of user root does not end`), job.reason);
    user.kill(pid);
    await eventually(
      "it is up",
      async () => (await user.impJson(["show", "leaver"])).status === "running",
    );
  },
});
