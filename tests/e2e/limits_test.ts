/** What a job may use, and what is kept of it, as the project file and the flags say. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { declare, openProject } from "../support/project_box.ts";

const MIB = 2 ** 20;
/** Holds 80 MB in a grandchild until it is ended: tail keeps a line whose end does not come. */
const HOG = "(head -c 80000000 /dev/zero; exec sleep 1000000) | tail -n 1";

Deno.test("F144 a job over its memory limit is killed with all its processes, and everybody tells why", async () => {
  await using box = await openProject({
    hog: { command: HOG, memory_limit: "32MiB", runs_kept: 1, log_max_bytes: "64KiB" },
    small: { command: "exec sleep 1000000", memory_limit: "32MiB" },
  });
  await box.imp(["up"]);
  await box.imp(["wait", "hog"]);
  const job = await box.impJson(["show", "hog"]);
  assertMatch(job.reason, /^over its memory limit \(\d+ MiB of 32 MiB\)$/);
  assertEquals([job.exit_code, job.memory_limit_bytes, job.left], [137, 32 * MIB, 0]);
  assertEquals([job.runs_kept, job.log_max_bytes], [1, 65_536]);
  assertEquals((await box.impJson(["show", "small"])).status, "running");
  const shown = await box.impOk(["show", "hog"]);
  assertStringIncludes(shown, "at most 32M");
  assertStringIncludes(shown, "1 run, 64K of each stream");
  assertMatch(shown, /failed \(SIGKILL\).*over its memory limit/);
  await using events = box.startImp(["events", "--json", "--since", "0"]);
  await events.waitForStdout(/"job_stopped".*"reason":"over its memory limit/);

  await declare(box, {
    hog: { command: HOG, memory_limit: "900MiB", runs_kept: 1, log_max_bytes: "64KiB" },
  });
  await box.impOk(["up"]);
  const { status, run } = await box.impJson(["show", "hog"]);
  assertEquals([status, run], ["running", 2]);
  await box.impOk(["set", "hog", "--memory-limit", "32MiB"]);
  // The new limit holds for the run that is up.
  await box.imp(["wait", "hog"]);
  const { runs } = JSON.parse(await box.impOk(["show", "hog", "--json"]));
  assertEquals(runs.map((each: { run: number }) => each.run), [2], "one run is kept");
});

Deno.test("the output of a job is kept within its own bounds, whatever the settings say", async () => {
  await using box = await openProject({});
  const flags = ["--log-max-bytes", "64KiB", "--name", "loud"];
  const loud = "head -c 4000000 /dev/zero | tr '\\0' x; sleep 0.5; echo end";
  await box.impOk(["add", ...flags, "--", "sh", "-c", loud]);
  await box.impOk(["wait", "loud"]);
  const kept = (await box.impOk(["stdout", "loud"])).length;
  assert(kept < 500_000 && kept >= 65_536, `${kept} bytes are kept`);
});
