import { assert, assertEquals } from "@std/assert";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import { createRandom } from "../../../tests/support/random.ts";
import { AppError } from "../../base/app_error.ts";
import { Job } from "./job.ts";
import { JobTable } from "./job_table.ts";
import type { Supervisor } from "./supervisor.ts";

const STEPS = 400;
const NAMES = ["web", "api", undefined, undefined] as const;
const COMMANDS = ["serve", "build", "watch", "missing"] as const;
const POLICIES = ["no", "on-failure", "always"] as const;

type Step = (job: Job | undefined) => unknown;

function toSteps({ supervisor, host, clock }: FakeWorld, pick: Pick): Record<string, Step> {
  return {
    add: () => {
      const command = [pick(COMMANDS), pick(["1", "2", "3"])];
      supervisor.add(toSpec({ command, restart: { mode: pick(POLICIES) }, name: pick(NAMES) }));
    },
    start: (job) => job && supervisor.start({ jobs: [job.id] }),
    stop: (job) => job && supervisor.stop({ jobs: [job.id] }),
    restart: (job) => job && supervisor.restart({ jobs: [job.id] }),
    remove: (job) => job && supervisor.removal.remove({ jobs: [job.id] }, { force: true }),
    exit: (job) => {
      if (job?.isLive) host.exit(job.run!.runId, pick([0, 1]), clock.now());
      job?.observe();
    },
    failToLaunch: () => void (host.behaviour.launchError = new AppError("job.spawn_failed", "no")),
    suspend: (job) => job?.stop({}, "suspend"),
  };
}

type Pick = <T>(values: readonly T[]) => T;

/** What is found at once is what a look at every job finds. */
function check(supervisor: Supervisor): void {
  const { jobs } = supervisor;
  const isActive = (job: Job) => job.isUp || job.isLive || job.record.desired === "up";
  assertEquals(toIds(supervisor.activeJobs), toIds(jobs.filter(isActive)));
  assertEquals(toIds(supervisor.upJobs), toIds(jobs.filter((job) => job.isUp)));
  assertEquals(supervisor.isIdle, jobs.every((job) => !job.isUp && job.record.desired === "down"));
  for (const job of jobs) {
    const { id, name } = job.record;
    for (const reference of [id, name ?? id]) assertEquals(supervisor.resolve(reference), job);
  }
}

function toIds(jobs: readonly Job[]): string[] {
  return jobs.map((job) => job.id).sort();
}

Deno.test("a supervisor finds at once what a look at every job would find, whatever was done to them", async () => {
  for (const seed of [1, 2, 3, 4]) {
    using world = new FakeWorld();
    const random = createRandom(seed);
    const pick: Pick = (values) => values[Math.floor(random() * values.length)]!;
    const steps = toSteps(world, pick);
    let refusals = 0;
    const asked: Promise<unknown>[] = [];
    for (let count = 0; count < STEPS; count++) {
      const step = steps[pick(Object.keys(steps))]!;
      asked.push(
        (async () => await step(pick(world.supervisor.jobs)))().catch((error) => {
          assert(error instanceof AppError, String(error));
          refusals++;
        }),
      );
      check(world.supervisor);
      await world.clock.advance(pick([0, 0, 5, 1_000]));
      check(world.supervisor);
    }
    await world.clock.advance(60_000);
    await Promise.all(asked);
    check(world.supervisor);
    assert(refusals < STEPS / 2, `seed ${seed}: ${refusals} of ${STEPS} steps refused`);
  }
});

Deno.test("JobTable finds a definition's jobs, oldest first, and takes an id that shortens another's for taken", () => {
  using world = new FakeWorld();
  const table = new JobTable();
  const [first, second, other] = [
    toSpec({ name: "first" }),
    toSpec({ name: "second" }),
    toSpec({
      command: ["serve", ""],
      name: "other",
    }),
  ].map((spec) => world.supervisor.add(spec).job) as [Job, Job, Job];
  for (const job of [first, second, other]) table.add(job);
  assertEquals(table.withDefinition("/project", ["serve"]), [first, second]);
  assertEquals(table.withDefinition("/project", ["serve", ""]), [other]);
  assertEquals(table.withDefinition("/", ["project", "serve"]), []);
  assert(table.isTaken(first.id) && table.isTaken(first.id.slice(0, 2)) && table.isTaken("first"));
  assert(!table.isTaken(`${first.id}x`));
  table.delete(first);
  assertEquals(table.withDefinition("/project", ["serve"]), [second]);
  assert(!table.isTaken(first.id) && !table.isTaken("first"));
  assertEquals([...table], [second, other]);
  const twin = new Job(world.context, { ...other.record, id: "twin" }, undefined);
  table.add(twin);
  assertEquals(table.byName("other"), other);
  table.delete(other);
  assertEquals(table.byName("other"), twin);
});
