/** Random projects with random ends, against what must hold for each of them. */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { toProjectJob } from "../../../tests/support/project.ts";
import type { ProjectJob } from "../../protocol/project.ts";
import { ProjectWorld } from "../../../tests/support/project_world.ts";

interface DeclaredJob {
  readonly isTask: boolean;
  /** Of its needs: how many jobs before it, and what for. */
  readonly needs: readonly { readonly back: number; readonly isStarted: boolean }[];
  /** With which code each of its runs ends, if it is a task. */
  readonly codes: readonly number[];
}

const declared = fc.array(
  fc.record<DeclaredJob>({
    isTask: fc.boolean(),
    needs: fc.array(
      fc.record({ back: fc.integer({ min: 1, max: 5 }), isStarted: fc.boolean() }),
      { maxLength: 3 },
    ),
    codes: fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 3, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 9 },
);

/** Jobs `j0`, `j1`, …, each with needs among those before it: so there is no circle. */
function toJobs(all: readonly DeclaredJob[]): ProjectJob[] {
  return all.map(({ isTask, needs }, index) => {
    const before = new Map(
      needs.filter(({ back }) => back <= index).map((
        { back, isStarted },
      ) => [index - back, isStarted]),
    );
    return toProjectJob(`j${index}`, {
      task: isTask,
      depends_on: [...before].map(([needed, isStarted]) => ({
        job: `j${needed}`,
        for: all[needed]!.isTask ? "completed" : isStarted ? "started" : "ready",
      })),
    });
  });
}

/** Lets every task that runs end, until nothing moves any more. */
async function settle(world: ProjectWorld, all: readonly DeclaredJob[]): Promise<void> {
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (const [index, { isTask, codes }] of all.entries()) {
      const job = world.job(`j${index}`);
      if (!isTask || job.record.status !== "running") continue;
      await world.end(`j${index}`, codes[(job.run!.run - 1) % codes.length]!);
      isMoving = true;
    }
  }
}

/** Which jobs must be up or done, by what the codes of their tasks are. */
function expected(
  all: readonly DeclaredJob[],
  jobs: readonly ProjectJob[],
  run: number,
): boolean[] {
  const fine: boolean[] = [];
  for (const [index, { isTask, codes }] of all.entries()) {
    const needs = (jobs[index]!.depends_on ?? []).map(({ job }) => fine[Number(job.slice(1))]!);
    fine.push(needs.every(Boolean) && (!isTask || codes[run]! === 0));
  }
  return fine;
}

Deno.test("of any project exactly that comes up which can, each after what it needs, and once", async () => {
  await fc.assert(
    fc.asyncProperty(declared, async (all) => {
      using world = new ProjectWorld();
      const jobs = toJobs(all);
      world.bus.listen("test", ({ event, data }) => {
        if (event !== "job_started") return;
        // Whatever starts has what it needs.
        for (const need of jobs.find(({ name }) => name === data.name)!.depends_on ?? []) {
          const { status } = world.job(need.job).record;
          assertEquals(status, need.for === "completed" ? "exited" : "running");
        }
      });
      await world.apply(jobs);
      await settle(world, all);
      for (const [index, isFine] of expected(all, jobs, 0).entries()) {
        const { record } = world.job(`j${index}`);
        const isUp = all[index]!.isTask ? record.status === "exited" : record.status === "running";
        assertEquals(isUp, isFine, `j${index} is ${record.status}`);
        assert(record.run <= 1, `j${index} was started ${record.run} times`);
      }
      // Once more is as good as never: nothing that is up or done is touched.
      const before = world.states;
      const isAllFine = expected(all, jobs, 0).every(Boolean);
      await world.apply(jobs);
      if (isAllFine) assertEquals(world.states, before);
    }),
    { numRuns: 60 },
  );
});
