/** FAULTS.md, group C: jobs and their processes, as far as other tests do not tell it. */
import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { settledJobs } from "../support/job_truth.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { hasTools, isAlive } from "../support/process_facts.ts";

const CAN_CHANGE_GROUPS = Deno.build.os === "linux" && Deno.uid() === 0 && hasTools("setpriv");
if (!CAN_CHANGE_GROUPS) console.warn("NOT RUN: F79 needs root and setpriv");

const CAN_BOMB = CAN_CHANGE_GROUPS && hasTools("prlimit", "bash");
if (!CAN_BOMB) console.warn("NOT RUN: F68 needs root, setpriv, prlimit and bash");
/** Nobody else's, also of another run of these tests, for the kernel counts the processes of a user. */
const BOMBER = 60_100 + Math.floor(Math.random() * 4_000);
const BOMB_PROCESSES = 200;

Deno.test({
  name: "F68 a fork bomb keeps nobody from being served, and a stop leaves nothing of it",
  ignore: !CAN_BOMB,
  async fn() {
    await using box = await openBox();
    await Deno.chmod(box.root, 0o755);
    await Deno.chmod(box.project, 0o755);
    await box.run(["mkfifo", "--mode=666", "gate"]);
    const bomb = [
      ...["setpriv", `--reuid=${BOMBER}`, `--regid=${BOMBER}`, "--clear-groups"],
      ...["prlimit", `--nproc=${BOMB_PROCESSES}`],
      ...["bash", "-c", ":(){ :|:& };:; read line < gate"],
    ];
    await box.impOk(["add", "--name", "bomb", "--", ...bomb]);
    await eventually(
      "it has as many processes as it may",
      () => processesOf(BOMBER) > BOMB_PROCESSES * 0.8,
    );
    assertEquals((await box.imp(["run", "--", "sh", "-c", "exit 3"])).code, 3);
    await box.impOk(["stop", "bomb", "--timeout", "1s"]);
    assertEquals(processesOf(BOMBER), 0);
    assertEquals((await box.impJson(["show", "bomb"])).status, "stopped");
    await Deno.chmod(box.root, 0o700);
  },
});

/** Those that are still alive. */
function processesOf(uid: number): number {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Boolean);
  return pids.filter((pid) => {
    try {
      return Deno.statSync(`/proc/${pid}`).uid === uid && isAlive(pid);
    } catch {
      return false;
    }
  }).length;
}

Deno.test("F70 a job whose child lives on has ended, and what the child says is kept", async () => {
  await using box = await openBox();
  await box.run(["mkfifo", "gate"]);
  const script = "(read line < gate; echo later) & echo first; exit 3";
  assertEquals((await box.imp(["run", "--name", "parent", "--", "sh", "-c", script])).code, 3);
  const found = await box.impJson(["show", "parent"]);
  assertEquals([found.status, found.exit_code], ["failed", 3]);
  await box.shell("echo go > gate");
  await eventually(
    "the child has written",
    async () => (await box.impOk(["stdout", "parent"])) === "first\nlater\n",
  );
});

/** What cannot be run, with the exit code and the error's code. */
const UNFIT: readonly (readonly [word: string, code: number, error: string])[] = [
  ["no-such-command", 127, "command.not_found"],
  ["./missing", 127, "command.not_found"],
  ["./plain", 126, "command.not_executable"],
  ["./bad", 126, "command.not_executable"],
  ["/tmp", 126, "command.not_executable"],
  // What a shell has built in, and no file is called.
  ["exit", 127, "command.not_found"],
  ["eval", 127, "command.not_found"],
  [".", 127, "command.not_found"],
];

Deno.test("F72 what cannot be executed is told apart before anything starts", async () => {
  await using box = await openBox();
  await box.file("project/plain", "data");
  await box.file("project/bad", "#!/no/such/interpreter\n", 0o755);
  for (const [word, code, error] of UNFIT) {
    const result = await box.imp(["--json", "run", "--", word, "3"]);
    assertEquals([result.code, JSON.parse(result.stderr).error.code], [code, error], word);
  }
  assertEquals((await box.impJson(["list"])).jobs, []);
});

Deno.test("F72 what the system refuses to execute is a failed start with its reason", async () => {
  await using box = await openBox();
  // A word of the environment may be as long as one of the command: shorter than this.
  await box.file("project/.env", `LONG=${"x".repeat(140_000)}\n`);
  await box.imp(["add", "--name", "long", "--env-file", ".env", "--", "true"]);
  const found = await box.impJson(["show", "long"]);
  assertEquals([found.status, found.exit_code], ["failed", null]);
  assert(found.reason.includes("E2BIG"), found.reason);
  await box.file("project/program", "\x7fELF but not really\0\0\0", 0o755);
  assertEquals((await box.imp(["run", "--", "./program"])).code, 126);
});

Deno.test("F73 a directory that is gone when the job starts again is named, and the job starts with it", async () => {
  await using box = await openBox();
  const directory = `${box.project}/work`;
  await Deno.mkdir(directory);
  await box.impOk(["add", "--name", "held", "--cwd", directory, "--", ...fixture("hold.sh")]);
  await Deno.remove(directory);
  const why = `working directory "${directory}" does not exist`;
  for (const [index, again] of ["restart", "start"].entries()) {
    const { code, stdout, stderr } = await box.imp([again, "held"]);
    assertEquals([code, stdout], [1, ""]);
    assert(stderr.includes("(held) did not start: ") && stderr.includes(why), stderr);
    const found = await box.impJson(["show", "held"]);
    assertEquals([found.status, found.run, found.exit_code], ["failed", index + 2, null]);
    assert(found.reason.includes(why), found.reason);
  }
  await Deno.mkdir(directory);
  await box.impOk(["start", "held"]);
  assertEquals((await box.impJson(["show", "held"])).status, "running");
});

Deno.test("F75 the codes of signals and of commands are handed on as the shell tells them", async () => {
  await using box = await openBox();
  for (const code of [0, 1, 125, 126, 127, 128, 143, 255]) {
    const result = await box.imp(["run", "--", "sh", "-c", `exit ${code}`]);
    assertEquals(result.code, code);
  }
});

Deno.test({
  name: "F79 a daemon that root starts has the groups of root, and so have its jobs",
  ignore: !CAN_CHANGE_GROUPS,
  async fn() {
    await using box = await openBox();
    const { code, stdout, stderr } = await box.run([
      ...["setpriv", "--groups=0,4,27", ...box.executable.command],
      ...["run", "--", "id", "-G"],
    ]);
    assertEquals([code, stdout], [0, "0 4 27\n"], stderr);
  },
});

Deno.test({
  name: "F80 a job ignores and blocks no signal, whatever its client did",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using box = await openBox();
    // `exec` so that nothing sets the signals back on the way.
    const { stdout } = await box.shell(
      `trap '' HUP INT QUIT TERM USR1; exec imp run -- grep -E 'Sig(Blk|Ign)' /proc/self/status`,
    );
    assertEquals(
      stdout.replaceAll(/[\t ]+/g, " "),
      "SigBlk: 0000000000000000\nSigIgn: 0000000000000000\n",
    );
  },
});

Deno.test("F83 a job that reads finds nothing to read, and does not wait for it", async () => {
  await using box = await openBox();
  const { code, stdout } = await box.imp(["run", "--", "cat"], { input: "not for the job" });
  assertEquals([code, stdout], [0, ""]);
});

const HOSTILE_NAMES = [
  ...["", "..", ".", "a/b", "../x", "-rf", "a\nb", "a\x1b[31mb", "a\u202eb", " ", "*"],
  "x".repeat(300),
];

Deno.test("F84 a name that is hostile is refused, and none reaches a path", async () => {
  await using box = await openBox();
  for (const name of HOSTILE_NAMES) {
    const { code, stderr } = await box.imp(["add", `--name=${name}`, "--", "true"]);
    assertEquals(code, 2, JSON.stringify(name));
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x09\x0b-\x1f\u202e]/.test(stderr), JSON.stringify(stderr));
  }
  assertEquals((await box.impJson(["list"])).jobs, []);
  for (const name of ["con", "CON", "a.b", "a-b_c"]) {
    await box.impOk(["add", "--name", name, "--", "true", name]);
  }
  const jobs: { name: string; stdout_path: string }[] = (await box.impJson(["list"])).jobs;
  assertEquals(jobs.map((job) => job.name).sort(), ["CON", "a-b_c", "a.b", "con"]);
  for (const job of jobs) {
    assert(!job.stdout_path.includes(job.name), "ids are in paths, not names");
  }
});

Deno.test("F86 start, stop, restart and remove of one job by many at once leave it in one piece or none", async () => {
  await using box = await openBox();
  const add = ["add", "--name", "contested", "--", "sleep", "1000000"];
  await box.impOk(add);
  const commands = Array.from({ length: 30 }, (_, index) =>
    [
      ["start", "contested"],
      ["stop", "contested"],
      add,
      ["restart", "contested"],
      ["remove", "-f", "contested"],
    ][index % 5]!);
  const results = await Promise.all(commands.map((command) => box.imp(command)));
  // Removed meanwhile is the only excuse.
  results.forEach(({ code, stderr }, index) => {
    assert([0, 4].includes(code), `${commands[index]!.join(" ")}: ${code} ${stderr}`);
  });
  const jobs = await settledJobs(box);
  assert(jobs.length <= 1, JSON.stringify(jobs));
  const running = jobs.filter(({ status }) => status === "running");
  // What was just started has yet to become its sleep.
  await eventually("there is what runs, and nothing else", async () => {
    const found = await box.processes();
    const alive = found.filter(({ command }) => /^\S*sleep 1000000$/.test(command));
    assertEquals(alive.map(({ pid }) => pid), running.map(({ pid }) => pid!));
    return true;
  }, { explain: async () => `${JSON.stringify(jobs)}\n${await box.explain()}` });
  assert(running.every(({ pid }) => isAlive(pid!)));
});
