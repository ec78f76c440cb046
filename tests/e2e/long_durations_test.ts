/** A time limit is as long as it is written, also where the timers of the platform end. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";

/** Longer than a timer of 31 bits of milliseconds holds. */
const LONG = ["25d", "30d", "365d"];

/** Every setting that is a time and may be so long. */
const SETTINGS = [
  ...["idle_exit", "shutdown_timeout", "stop_timeout", "handshake_timeout", "frame_timeout"],
  ...["heartbeat_interval", "exec_kill_grace", "handover_timeout", "backoff_initial"],
  ...["backoff_max", "backoff_reset"],
];

Deno.test("A5 a time limit of 30 days does not end a command or a wait at once", async () => {
  await using box = await openBox();
  for (const limit of [...LONG, "36500d"]) {
    const exec = await box.imp([
      "exec",
      "--timeout",
      limit,
      "--",
      "sh",
      "-c",
      "sleep 0.1; echo ok",
    ]);
    assertEquals([exec.code, exec.stdout], [0, "ok\n"], exec.stderr);
    const name = `job-${limit}`;
    await box.impOk(["add", "--name", name, "--", "sh", "-c", `read -r line <${await gate(box)}`]);
    await using wait = box.startImp(["wait", "--timeout", limit, name]);
    await Deno.writeTextFile(`${box.root}/gate`, "go\n");
    const { code, stderr } = await wait.result();
    assertEquals(code, 0, stderr);
  }
});

Deno.test("A5 a job that may take 30 days to stop is not killed at once", async () => {
  await using box = await openBox();
  const script =
    "trap 'sleep 0.2; echo saved; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
  const stop = ["--stop-timeout", "30d"];
  await box.impOk(["add", "--name", "slow", ...stop, "--", "sh", "-c", script]);
  await isListening(box, "slow");
  await box.impOk(["stop", "slow"]);
  assertStringIncludes(await box.impOk(["stdout", "slow"]), "saved");
  await box.impOk(["restart", "slow"]);
  await isListening(box, "slow");
  await box.impOk(["stop", "--timeout", "30d", "slow"]);
  assertStringIncludes(await box.impOk(["stdout", "slow"]), "saved");
});

Deno.test("A5 every setting that is a time may be 30 days long", async () => {
  await using box = await openBox();
  for (const time of LONG) {
    await box.file(
      "config/imp/config.json",
      JSON.stringify(Object.fromEntries(SETTINGS.map((name) => [name, time]))),
    );
    const script = "trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
    await box.impOk(["add", "--name", "job", "--", "sh", "-c", script]);
    await isListening(box, "job");
    await box.impOk(["exec", "--", "true"]);
    assertEquals((await box.impJson(["ping"])).pid, (await box.impJson(["status"])).daemon.pid);
    await box.impOk(["daemon", "stop"]);
    const run = await box.impOk(["stdout", "job"]);
    assertStringIncludes(run, "saved", "the daemon gave it the time it needs");
    await box.impOk(["rm", "-f", "job"]);
    await box.impOk(["daemon", "stop"]);
  }
});

Deno.test("A5 a time that is too long is refused, saying how long may be", async () => {
  await using box = await openBox();
  for (const words of [["wait", "x"], ["exec", "true"], ["stop", "x"]]) {
    const result = await box.imp([words[0]!, "--timeout", "99999999999d", ...words.slice(1)]);
    assertEquals(result.code, 2);
    assertStringIncludes(
      result.stderr,
      'Too long a duration: "99999999999d"\nhint: At most 36500d',
    );
  }
});

/** The last run's output, so far. */
async function isListening(box: Box, job: string): Promise<void> {
  await eventually(`${job} listens`, async () => /ready/.test(await box.impOk(["stdout", job])));
}

async function gate(box: Box): Promise<string> {
  const path = `${box.root}/gate`;
  await Deno.remove(path).catch(() => {});
  await box.run(["mkfifo", path]);
  return path;
}
