/** F02, F05, F85: a daemon that dies at any of its named steps leaves no job between two states. */
import { assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { listFailpoints } from "../support/failpoints.ts";
import { assertTruth } from "../support/job_truth.ts";
import { isAlive, stateOf } from "../support/process_facts.ts";
import { STORIES } from "./failpoint_stories.ts";
import { addHeld, find, HOLD, job, type Story } from "./failpoint_story.ts";

/** More by hand: `IMP_FAULT_ROUNDS=1000 deno test -A tests/faults/failpoints_test.ts`; each step once by default. */
const ROUNDS = Number(Deno.env.get("IMP_FAULT_ROUNDS") ?? 0);

/** How many boxes of a story are told at the same time. */
const AT_ONCE = 6;

/** Points that the file system here cannot lead to. */
async function cannotCut(): Promise<boolean> {
  await using box = await openBox();
  await box.impOk(job("held", "exit 0"));
  const { stdout } = await box.imp(["doctor", "--json"]);
  return /cannot cut old output/.test(stdout);
}

async function tell(story: Story, point: string, action: string): Promise<void> {
  await using box = await openBox();
  const settings = {
    backoff_initial: "20ms",
    backoff_max: "500ms",
    runs_kept: 2,
    log_max_bytes: "256KiB",
    ...story.settings,
  };
  await box.file("config/imp/config.json", JSON.stringify(settings));
  if (story.before) {
    await story.before(box);
    await killDaemon(box);
  }
  await story.prepare?.(box);
  const [name, n] = point.split(":");
  const env = { IMP_FAIL: `${name}:${action}${n ? `:${n}` : ""}` };
  const flags = story.flags?.(box) ?? [];
  await using daemon = box.startImp(["daemon", "run", ...flags], { env });
  const { isReady } = story;
  if (isReady) await eventually("it is ready or gone", () => isReady(box) || !isAlive(daemon.pid));
  else {
    await Promise.race([
      daemon.stderr.waitFor("daemon ready").catch(() => {}),
      daemon.stderr.ended,
    ]);
  }
  try {
    await story.drive(box);
    if (action === "abort") {
      await eventually(`the daemon has come to ${point}`, () => !isAlive(daemon.pid));
    } else if (isAlive(daemon.pid)) await story.after?.(await assertTruth(box), box);
    if (isAlive(daemon.pid)) await killDaemon(box);
    await story.after?.(await assertTruth(box), box);
    await Deno.remove(`${box.project}/starts`).catch(() => {});
  } catch (error) {
    throw new Error(`IMP_FAIL=${env.IMP_FAIL}\n${await box.explain()}`, { cause: error });
  }
}

Deno.test("every failpoint of the sources is on the way of a story, and every story's is in the sources", () => {
  const told = Object.values(STORIES).flatMap(({ points }) => points).map((point) =>
    point.split(":")[0]!
  );
  assertEquals([...new Set(told)].sort(), listFailpoints());
});

/** Each point with each way to fail at it, over and over until there are enough rounds of all stories together. */
function roundsOf(story: Story): (readonly [string, string])[] {
  const once = actionsOf(story);
  const all = Object.values(STORIES).reduce((sum, each) => sum + actionsOf(each).length, 0);
  return Array.from({ length: Math.max(1, Math.ceil(ROUNDS / all)) }, () => once).flat();
}

function actionsOf({ points, errors = [] }: Story): (readonly [string, string])[] {
  return [
    ...points.map((point) => [point, "abort"] as const),
    ...errors.map((point) => [point, "error(ENOSPC)"] as const),
  ];
}

for (const [what, story] of Object.entries(STORIES)) {
  const rounds = roundsOf(story);
  Deno.test(`F02 F05 F85 a daemon that dies or fails at any step of ${what} leaves every job in one state`, async () => {
    if (what === "a cut of output" && await cannotCut()) {
      console.warn(`NOT RUN: the steps of ${what}, because this file system cannot cut`);
      return;
    }
    for (let index = 0; index < rounds.length; index += AT_ONCE) {
      const some = rounds.slice(index, index + AT_ONCE);
      const told = await Promise.allSettled(
        some.map(([point, action]) => tell(story, point, action)),
      );
      for (const each of told) if (each.status === "rejected") throw each.reason;
      if (ROUNDS > 0) console.log(`${what}: ${index + some.length} of ${rounds.length} rounds`);
    }
  });
}

/** Where a daemon is stopped as by SIGSTOP, and what leads it there. */
const STOPS: Readonly<Record<string, (box: Box) => Promise<{ code: number }>>> = {
  "adopt.after_job": (box) => box.imp(["list"]),
  "spawn.after_record": (box) => box.imp(job("next", HOLD)),
  "job.stop.after_store": (box) => box.imp(["stop", "held"]),
  "store.before_commit:2": (box) => box.imp(job("next", HOLD)),
};

Deno.test({
  name: "F02 F08 a daemon that is stopped at a step goes on there when it is woken",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await Promise.all(
      Object.entries(STOPS).map(async ([point, drive]) => {
        await using box = await openBox();
        await addHeld(box);
        await killDaemon(box);
        const [name, n] = point.split(":");
        const env = { IMP_FAIL: `${name}:stop${n ? `:${n}` : ""}` };
        await using daemon = box.startImp(["daemon", "run"], { env });
        if (!point.startsWith("adopt")) await daemon.waitForStderr("daemon ready");
        const driven = point.startsWith("adopt") ? undefined : drive(box);
        await eventually(`it is stopped at ${point}`, () => stateOf(daemon.pid) === "T");
        daemon.kill("SIGCONT");
        await daemon.waitForStderr("daemon ready");
        assertEquals((await (driven ?? drive(box))).code, 0, point);
        const jobs = await assertTruth(box);
        assertEquals(
          find(jobs, "held")!.status,
          point.startsWith("job.stop") ? "stopped" : "running",
        );
        assertEquals((await box.impJson(["ping"])).pid, daemon.pid);
        await Deno.remove(`${box.project}/starts`);
      }),
    );
  },
});

Deno.test("a failpoint that is not in the sources, or none at all, changes nothing", async () => {
  await using box = await openBox();
  for (const IMP_FAIL of ["", "no.such_point:abort", "lock.taken:explode", "lock.taken"]) {
    await using daemon = box.startImp(["daemon", "run"], { env: { IMP_FAIL } });
    await daemon.waitForStderr("daemon ready");
    daemon.kill("SIGTERM");
    assertEquals((await daemon.result()).code, 0, IMP_FAIL);
  }
});
