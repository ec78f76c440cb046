/** What the runs of a job leave running when they are over: every way to leave × every command that must see to it. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/process_facts.ts";

/** A way in which a run leaves a process, `$1` being the seconds by which it is told from others. */
interface Way {
  readonly script: string;
  /** It has let go of its session and of the output: a start leaves it alone. */
  readonly hasLetGo?: boolean;
}

const WAYS: Readonly<Record<string, Way>> = {
  "a child": { script: "/bin/sleep $1 &" },
  "a child that is silent": { script: "/bin/sleep $1 >/dev/null 2>&1 &" },
  "a child in a group of its own": { script: "set -m; /bin/sleep $1 >/dev/null 2>&1 & set +m;" },
  "setsid": { script: "setsid /bin/sleep $1 &" },
  "setsid with its stderr only": { script: "setsid env -i /bin/sleep $1 >/dev/null &" },
  "a double fork": { script: "(setsid sh -c '/bin/sleep '$1' & exec true' &);" },
  "a wiped environment": { script: "(setsid env -i /bin/sleep $1 &);" },
  "a wiped environment in the session": { script: "(env -i /bin/sleep $1 >/dev/null 2>&1 &);" },
  "a server that has let go": {
    script: "setsid /bin/sleep $1 </dev/null >/dev/null 2>&1 &",
    hasLetGo: true,
  },
};
const ENDINGS = { ends: "exit 3", stays: "exec /bin/sleep 1000000" };

let nextSeconds = 2_000_000 + Math.floor(Math.random() * 1_000_000) * 10;

/** A job of each way, whose first run has left its process and then ended, or stays. */
class Leavers {
  readonly jobs: { name: string; way: Way; pid: number }[] = [];
  readonly box: Box;

  constructor(box: Box) {
    this.box = box;
  }

  static async open(box: Box, ending: string, flags: readonly string[] = []): Promise<Leavers> {
    const leavers = new Leavers(box);
    await Promise.all(
      Object.values(WAYS).map((way, index) => leavers.#add(way, { index, ending, flags })),
    );
    return leavers;
  }

  async #add(
    way: Way,
    { index, ending, flags }: { index: number; ending: string; flags: readonly string[] },
  ): Promise<void> {
    const seconds = nextSeconds++;
    const name = `j${index}`;
    // Only the first run leaves one.
    const script = `[ -e ${name} ] && exec /bin/sleep 1000000; : > ${name}; ${way.script} ` +
      `until pgrep -fx "/bin/sleep $1" > ${name}.pid; do sleep 0.01; done; ${ending}`;
    const command = ["sh", "-c", script, "leaver", String(seconds)];
    const how = ["--name", name, "--stop-timeout", "2s", ...flags];
    await this.box.impOk(["add", ...how, "--", ...command]);
    const pid = await eventually(`${name} has left one`, async () => {
      const text = await Deno.readTextFile(`${this.box.project}/${name}.pid`).catch(() => "");
      return text.endsWith("\n") && Number(text);
    });
    this.jobs.push({ name, way, pid });
  }

  get names(): string[] {
    return this.jobs.map(({ name }) => name);
  }

  /** Those of which a process is there, by the words of their ways. */
  living(): string[] {
    return this.jobs.filter(({ pid }) => isAlive(pid)).map(({ way }) => way.script).sort();
  }

  /** The ways that a start spares. */
  spared(): string[] {
    return this.jobs.filter(({ way }) => way.hasLetGo).map(({ way }) => way.script).sort();
  }

  all(): string[] {
    return this.jobs.map(({ way }) => way.script).sort();
  }

  async settled(wanted: string): Promise<void> {
    await eventually(`all are ${wanted}`, async () => {
      const jobs: { status: string }[] = (await this.box.impJson(["list"])).jobs;
      return jobs.every(({ status }) => status === wanted);
    });
  }
}

async function loseDaemon(box: Box): Promise<void> {
  const [daemon] = await box.daemons();
  Deno.kill(daemon!.pid, "SIGKILL");
  await eventually("it is gone", () => !isAlive(daemon!.pid));
}

const IGNORE = Deno.build.os !== "linux";

/** What ends all of it, and what it says of jobs that are down. */
const ENDERS: Readonly<Record<string, (names: string[]) => string[]>> = {
  "stop": (names) => ["stop", ...names],
  "stop --all": () => ["stop", "--all"],
  "rm": (names) => ["rm", ...names],
  "rm -f": (names) => ["rm", "-f", ...names],
  "nuke": () => ["nuke"],
  "daemon stop": () => ["daemon", "stop"],
};

for (const [verb, toArgs] of Object.entries(ENDERS)) {
  for (const [how, ending] of Object.entries(ENDINGS)) {
    if (verb === "rm" && how === "stays") continue;
    for (const isLost of verb.includes(" -") ? [false] : [false, true]) {
      const daemon = isLost ? "with a daemon that was not there then" : "with the daemon there";
      Deno.test({
        name: `C1 C1b C6 ${verb} ends all that a run that ${how} has left, ${daemon}`,
        ignore: IGNORE,
        async fn() {
          await using box = await openBox();
          const leavers = await Leavers.open(box, ending);
          await leavers.settled(how === "ends" ? "failed" : "running");
          assertEquals(leavers.living(), leavers.all());
          if (isLost) {
            await loseDaemon(box);
            if (verb === "daemon stop") await box.impOk(["daemon", "start"]);
          }
          const { code, stderr } = await box.imp(toArgs(leavers.names));
          assertEquals([code, leavers.living()], [0, []], stderr);
        },
      });
    }
  }
}

for (const verb of ["stop", "stop --all", "daemon stop"]) {
  Deno.test({
    name: `C1 ${verb} ends what only its session leads to, with no daemon and nothing else there`,
    ignore: IGNORE,
    async fn() {
      await using box = await openBox();
      const seconds = String(nextSeconds++);
      const script = `${WAYS["a wiped environment in the session"]!.script} exit 3`;
      await box.imp(["run", "-q", "--name", "job", "--", "sh", "-c", script, "leaver", seconds]);
      const pid = await eventually("it is there", async () => {
        const { stdout } = await box.run(["pgrep", "-fx", `/bin/sleep ${seconds}`]);
        return Number(stdout);
      });
      await loseDaemon(box);
      if (verb === "daemon stop") await box.impOk(["daemon", "start"]);
      await box.impOk(verb === "stop" ? ["stop", "job"] : verb.split(" "));
      assert(!isAlive(pid));
    },
  });
}

/** What spares those that have let go. */
const STARTERS: Readonly<Record<string, (names: string[]) => string[]>> = {
  "start": (names) => ["start", ...names],
  "start --all": () => ["start", "--all"],
  "restart": (names) => ["restart", ...names],
  "cleanup": () => ["cleanup"],
};

for (const [verb, toArgs] of Object.entries(STARTERS)) {
  for (const [how, ending] of Object.entries(ENDINGS)) {
    if (verb !== "restart" && how === "stays") continue;
    for (const isLost of verb.includes(" -") ? [false] : [false, true]) {
      const daemon = isLost ? "with a daemon that was not there then" : "with the daemon there";
      Deno.test({
        name: `C1 C1b C2 C6 ${verb} ends what a run that ${how} has left and spares ` +
          `what has let go, ${daemon}`,
        ignore: IGNORE,
        async fn() {
          await using box = await openBox();
          const leavers = await Leavers.open(box, ending);
          await leavers.settled(how === "ends" ? "failed" : "running");
          if (isLost) await loseDaemon(box);
          const { code, stderr } = await box.imp(toArgs(leavers.names));
          assertEquals([code, leavers.living()], [0, leavers.spared()], stderr);
          assert(stderr.includes("1 let go"), stderr);
          if (verb !== "cleanup") {
            const jobs: Record<string, unknown>[] = (await box.impJson(["list"])).jobs;
            const counts = jobs.map(({ left, let_go }) => [left, let_go]);
            assertEquals(counts.filter(([left]) => left !== 0), [[1, 1]]);
            await box.impOk(["stop", "--all"]);
          } else await box.impOk(["nuke"]);
          assertEquals(leavers.living(), []);
        },
      });
    }
  }
}

Deno.test({
  name: "C2 a policy's restart ends what the last run has left, and spares what has let go",
  ignore: IGNORE,
  async fn() {
    await using box = await openBox();
    await box.file("config/imp/config.json", JSON.stringify({ backoff_initial: "10ms" }));
    const leavers = await Leavers.open(box, ENDINGS.ends, ["--restart", "always"]);
    await eventually("all are in their second run", async () => {
      const jobs: { status: string; run: number }[] = (await box.impJson(["list"])).jobs;
      return jobs.every(({ status, run }) => status === "running" && run > 1);
    });
    assertEquals(leavers.living(), leavers.spared());
    assertEquals((await box.imp(["daemon", "stop"])).code, 0);
    assertEquals(leavers.living(), []);
  },
});

Deno.test("C2 never more than one run's processes, however often it is restarted", async () => {
  await using box = await openBox();
  const settings = { backoff_initial: "10ms", backoff_max: "20ms" };
  await box.file("config/imp/config.json", JSON.stringify(settings));
  const script = "sleep 1000000 & exit 0";
  await box.impOk(["add", "--name", "twice", "--restart", "always", "--", "sh", "-c", script]);
  let most = 0;
  await eventually("ten runs", async () => {
    const commands = (await box.processes()).filter(({ command }) => command === "sleep 1000000");
    // A look at all processes takes a while, in which one can end and the next one begin: who is still there was, all the time.
    most = Math.max(most, commands.filter(({ pid }) => isAlive(pid)).length);
    return (await box.impJson(["show", "twice"])).run > 10;
  });
  assertEquals(most, 1);
  await box.impOk(["stop", "twice"]);
});

Deno.test("C3 what is left is told by ls, show, run and wait while it is there", async () => {
  await using box = await openBox();
  // What was forked and is not executed yet would be shown as another shell.
  const script = "sleep 1000000 & sleep 1000000 & " +
    'until [ "$(ps -o comm= --ppid $$ | grep -cx sleep)" = 2 ]; do :; done; exit 0';
  const { code, stderr } = await box.imp(["run", "--name", "two", "--", "sh", "-c", script]);
  assertEquals(code, 0);
  assert(stderr.includes("(two) exited, 2 processes still there; imp stop two ends them"), stderr);
  assert((await box.impOk(["ls"])).includes("exited +2 left"));
  const shown = await box.impJson(["show", "two"]);
  assertEquals([shown.left, shown.let_go], [2, 0]);
  const pids = shown.left_processes.map(({ pid }: { pid: number }) => pid);
  assertEquals(
    shown.left_processes,
    pids.map((pid: number) => ({ pid, command: "sleep", run: 1, let_go: false })),
  );
  assert((await box.impOk(["show", "two"])).includes(`${pids[0]} (sleep) of run 1`));
  assert((await box.impOk(["wait", "two"])).includes("exited +2 left"));
  for (const pid of pids) Deno.kill(pid, "SIGKILL");
  await eventually("nobody is told", async () => (await box.impJson(["show", "two"])).left === 0);
  assert(!(await box.impOk(["ls"])).includes("left"));
});

Deno.test({
  name: "C3 a server whose npm was killed is ended before the next one starts",
  ignore: IGNORE,
  async fn() {
    await using box = await openBox();
    // The child stands for the server, with what is its alone: the file.
    const server = `sh -c 'trap "rmdir port; exit" TERM; mkdir port || exit 9; ` +
      `while :; do sleep 0.05; done'`;
    const npm = `echo $$ > pid; ${server} & wait`;
    await box.impOk(["add", "--name", "dev", "--", "sh", "-c", npm]);
    const isTaken = () => Deno.lstatSync(`${box.project}/port`).isDirectory;
    await eventually("it serves", async () => (await box.shell("ls port")).code === 0 && isTaken());
    Deno.kill(Number(Deno.readTextFileSync(`${box.project}/pid`)), "SIGKILL");
    await eventually("it has ended", async () => {
      const { status, left } = await box.impJson(["show", "dev"]);
      return status === "failed" && left > 0;
    });
    await box.impOk(["restart", "dev"]);
    await eventually("it serves", async () => (await box.shell("ls port")).code === 0);
    assertEquals((await box.impJson(["show", "dev"])).status, "running");
    await box.impOk(["stop", "dev"]);
  },
});

Deno.test("H restart and start of a command that dies at once say so, if it does in its first moments", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "bad", "--", "sh", "-c", "exit 3"]);
  await box.imp(["wait", "bad"]);
  for (const verb of ["restart", "start"]) {
    const { code, stdout, stderr } = await box.imp([verb, "bad"]);
    // On a busy machine it may take longer to die: the tests of both sides tell either way.
    if (code === 0) assert(/ed job \w+ \(bad\)/.test(stdout), stdout);
    else {
      assertEquals([code, stdout], [1, ""]);
      assert(stderr.includes("(bad) failed at once: exit code 3"), stderr);
    }
    assertEquals((await box.imp(["wait", "bad"])).code, 3);
  }
  const [last] = (await box.impJson(["show", "bad"])).runs;
  assertEquals([last.run, last.outcome], [3, "failed"]);
});
