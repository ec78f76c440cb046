/** Nothing that is thrown in a timer, a listener, an observer or a floating promise of the daemon ends it. */
import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/process_facts.ts";
import { GUARD_STORIES } from "./guard_stories.ts";
import { type GuardStory, type GuardWorld, shakeHands } from "./guard_world.ts";

const STEADY = ["sh", "-c", "while :; do echo tick; sleep 0.05; done"];

async function tell(story: GuardStory): Promise<void> {
  await using box = await openBox();
  await box.file("config/imp/config.json", JSON.stringify(story.settings ?? {}));
  await box.impOk(["add", "--name", "steady", "--", ...STEADY]);
  const steady = await box.impJson(["show", "steady"]);
  await story.before?.(box);
  await killDaemon(box);
  const points = story.entries.map((entry) => `guard.${entry}:error`);
  const IMP_FAIL = [...points, ...story.points ?? []].join(",");
  await using daemon = box.startImp(["daemon", "run"], { env: { ...story.env?.(box), IMP_FAIL } });
  await daemon.waitForStderr("daemon ready");
  const isTold = (entry: string) => daemon.stderr.text.includes(`failpoint guard.${entry}"`);
  const insist = (args: readonly string[]) => eventually(`imp ${args[0]}`, () => box.impOk(args));
  const world: GuardWorld = { box, daemon, isTold, insist, connect: () => shakeHands(box) };
  try {
    await story.drive(world);
    // What a daemon did may be seen before its words have come through the pipe.
    for (const entry of story.entries) await eventually(`${entry} fails`, () => isTold(entry));
    if (!story.ends) await assertServes(world, steady);
  } catch (error) {
    throw new Error(`${daemon.stderr.text}\n${await box.explain()}`, { cause: error });
  }
}

/** The daemon is the same, the job that ran all the time goes on, and new ones are served to their end. */
async function assertServes(
  { box, daemon }: GuardWorld,
  steady: { pid: number; stdout_path: string },
): Promise<void> {
  assertEquals((await box.impJson(["ping"])).pid, daemon.pid);
  const job = await box.impJson(["show", "steady"]);
  assertEquals([job.status, job.pid], ["running", steady.pid]);
  assert(isAlive(steady.pid));
  const size = () => Deno.statSync(steady.stdout_path).size;
  const before = size();
  await eventually("its output goes on", () => size() > before);
  const run = await box.imp(["run", "--", "sh", "-c", "echo other; exit 4"]);
  assertEquals([run.code, run.stdout], [4, "other\n"], run.stderr);
  assertEquals((await box.imp(["exec", "--", "echo", "for a client"])).stdout, "for a client\n");
  await box.impOk(["restart", "steady"]);
  await box.impOk(["stop", "steady"]);
  assertEquals((await box.impJson(["show", "steady"])).status, "stopped");
  assert(!isAlive(steady.pid));
  daemon.kill("SIGTERM");
  assertEquals((await daemon.result()).code, 0);
}

for (const [what, story] of Object.entries(GUARD_STORIES)) {
  Deno.test(`a daemon in which every entry of ${what} fails once lives, and serves all others`, () =>
    tell(story));
}
