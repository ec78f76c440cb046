import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { fixture } from "../support/fixtures.ts";

const SCRIPT = "for i in 1 2 3; do echo out $i; echo err $i >&2; sleep 0.2; done; exit 7";

Deno.test("a user runs a command and gets its output, stream by stream, and its exit code", async () => {
  await using box = await openBox();
  const first = await box.imp(["run", "--", "sh", "-c", SCRIPT]);
  assertEquals(first.code, 7);
  assertEquals(first.stdout, "out 1\nout 2\nout 3\n");
  const spoken = first.stderr.split("\n").filter((line) => line.startsWith("err "));
  assertEquals(spoken, ["err 1", "err 2", "err 3"]);

  const second = await box.imp(["run", "--", "sh", "-c", SCRIPT]);
  assertEquals([second.code, second.stdout], [7, first.stdout]);
  const jobs = (await box.impJson(["list"])).jobs;
  assertEquals(jobs.length, 1, "the second run of the same command is the same job");
  assertEquals([jobs[0].run, jobs[0].status, jobs[0].exit_code], [2, "failed", 7]);
});

Deno.test("a user sees output while the command is still running", async () => {
  await using box = await openBox();
  await box.run(["mkfifo", "gate"]);
  await using run = box.startImp(["run", "--", ...fixture("gate.sh", "gate", "5")]);
  await run.waitForStdout("READY\n");
  await box.shell("echo open sesame > gate");
  const { code, stdout } = await run.result();
  assertEquals([code, stdout], [5, "READY\nopen sesame\n"]);
});

Deno.test("F43 Ctrl+C leaves the job running and says how to stop it", async () => {
  await using box = await openBox();
  await using run = box.startImp(["run", "--name", "web", "--", ...fixture("hold.sh")]);
  await run.waitForStdout("READY\n");
  run.kill("SIGINT");
  const { code, stderr } = await run.result();
  assertEquals(code, 130);
  assert(stderr.includes("imp stop web"), stderr);
  const [job] = (await box.impJson(["list"])).jobs;
  assertEquals(job.status, "running");
});

Deno.test("a second user joins a job that is up and sees it from the beginning", async () => {
  await using box = await openBox();
  await box.run(["mkfifo", "gate"]);
  const command = fixture("gate.sh", "gate", "3");
  await using first = box.startImp(["run", "--", ...command]);
  await first.waitForStdout("READY\n");
  await using second = box.startImp(["run", "--", ...command]);
  await second.waitForStdout("READY\n");
  await box.shell("echo both > gate");
  for (const run of [first, second]) {
    const { code, stdout } = await run.result();
    assertEquals([code, stdout], [3, "READY\nboth\n"]);
  }
  assertEquals((await box.impJson(["list"])).jobs.length, 1);
});

Deno.test("F75 a command that a signal ended gives 128 and the signal's number", async () => {
  await using box = await openBox();
  assertEquals((await box.imp(["run", "--", "sh", "-c", "kill -KILL $$"])).code, 137);
  assertEquals((await box.imp(["run", "--", "sh", "-c", "kill -TERM $$"])).code, 143);
});

Deno.test("F77 a job has the environment, the directory and the umask of the one who ran it", async () => {
  await using box = await openBox();
  const script = "umask; pwd; echo $COLOUR $IMP_JOB_DAEMON_ID $IMP_JOB_ID $IMP_RUN_ID";
  await Deno.mkdir(`${box.project}/sub`);
  const { stdout } = await box.shell(
    `umask 027; imp --daemon-id here run -- sh -c '${script}'`,
    { env: { COLOUR: "blue" }, cwd: `${box.project}/sub` },
  );
  const [job] = (await box.impJson(["--daemon-id", "here", "list"])).jobs;
  assertEquals(stdout, `0027\n${box.project}/sub\nblue here ${job.id} ${job.id}-1\n`);
});

Deno.test("E6 a command is called by the name that was typed, in a run and in an exec", async () => {
  await using box = await openBox();
  await box.shell("ln -s /bin/cat ./mycat");
  for (const typed of ["cat", "./mycat", "/bin/cat"]) {
    for (const verb of ["run", "exec"]) {
      const { stdout } = await box.imp([verb, "--", typed, "/proc/self/cmdline"]);
      assertEquals(stdout, `${typed}\0/proc/self/cmdline\0`, verb);
    }
  }
});
