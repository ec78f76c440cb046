import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { processesWithEnv } from "../support/process_facts.ts";

/** Scripts that are hard to end, and what they are. */
const STUBBORN: Record<string, string> = {
  "a job that ignores TERM": 'trap "" TERM; echo READY; while :; do sleep 1000000; done',
  "a grandchild in a session of its own":
    'setsid sh -c "trap \\"\\" TERM; sleep 1000000; sleep 1000000" & echo READY; wait',
  "a double fork that outlives its parents":
    '(setsid sh -c "sleep 1000000 & sleep 1000000" &) ; echo READY; exec sleep 1000000',
  "a job that was stopped by a signal": "echo READY; kill -STOP $$; sleep 1000000",
  "forty processes that fork without end":
    'trap "" TERM; n=0; while [ $n -lt 40 ]; do n=$((n+1)); (while :; do sleep 0.01 & wait; done) & done; echo READY; wait',
};

for (const [what, script] of Object.entries(STUBBORN)) {
  Deno.test(`F65 F66 F67 stop leaves nothing of ${what}`, async () => {
    await using box = await openBox();
    await box.impOk(["add", "--stop-timeout", "300ms", "--name", "hard", "--", "sh", "-c", script]);
    const { run, id } = await box.impJson(["show", "hard"]);
    await eventually(
      "it is ready",
      async () => (await box.impOk(["stdout", "hard"])).includes("READY"),
    );
    assert((await processesWithEnv("IMP_RUN_ID", `${id}-${run}`)).length > 0);
    const stopped = await box.imp(["stop", "hard"]);
    assertEquals(stopped.code, 0, stopped.stderr);
    assertEquals(await processesWithEnv("IMP_RUN_ID", `${id}-${run}`), []);
    assertEquals((await box.impJson(["show", "hard"])).status, "stopped");
  });
}

Deno.test("C5 a job that saves in its TERM handler has saved when stop returns", async () => {
  await using box = await openBox();
  const script = "trap 'echo saving; sleep 1 && echo SAVED; exit 0' TERM; echo READY; " +
    "sleep 1000000 & wait";
  await box.impOk(["add", "--name", "saver", "--", "sh", "-c", script]);
  await eventually("it is ready", async () => (await box.impOk(["stdout", "saver"])) === "READY\n");
  await box.impOk(["stop", "saver"]);
  assertEquals(await box.impOk(["stdout", "saver"]), "READY\nsaving\nSAVED\n");
  const { status, exit_code } = await box.impJson(["show", "saver"]);
  assertEquals([status, exit_code], ["stopped", 0]);
});

Deno.test("C5 what a TERM handler starts gets only the KILL at the end, in a group or session of its own too", async () => {
  await using box = await openBox();
  const down = `setsid sh -c 'trap "echo TERMED" TERM; sleep 0.5; echo DOWN'`;
  const script = `trap '(sh -c "sleep 0.3; echo ONE"); ${
    down.replaceAll("'", "'\\''")
  } & wait; exit 0' TERM; echo READY; sleep 1000000 & wait`;
  await box.impOk(["add", "--name", "compose", "--", "sh", "-c", script]);
  await eventually(
    "it is ready",
    async () => (await box.impOk(["stdout", "compose"])) === "READY\n",
  );
  await box.impOk(["stop", "compose"]);
  assertEquals(await box.impOk(["stdout", "compose"]), "READY\nONE\nDOWN\n");
});

Deno.test("a stop command is run where the job runs and with its environment; what it said is told where it fails", async () => {
  await using box = await openBox();
  const job = "while [ ! -e gate ]; do sleep 0.05; done; echo bye";
  const down = ["--env", "WORD=now", "--stop-command", 'echo "$WORD" > gate'];
  await box.impOk(["add", "--name", "db", ...down, "--", "sh", "-c", job]);
  await box.impOk(["stop", "db"]);
  assertEquals(Deno.readTextFileSync(`${box.project}/gate`), "now\n");
  const { exit_code, reason } = await box.impJson(["show", "db"]);
  assertEquals([exit_code, reason, await box.impOk(["stdout", "db"])], [0, null, "bye\n"]);
  const fails = ["--stop-command", "echo no such thing >&2; exit 7"];
  await box.impOk(["add", "--name", "bad", ...fails, "--", "sleep", "1000000"]);
  const { code, stderr } = await box.imp(["stop", "bad"]);
  assertEquals(code, 0);
  assertStringIncludes(stderr, "its stop command failed (7): no such thing");
  assertEquals((await box.impJson(["show", "bad"])).signal, "SIGTERM");
});
