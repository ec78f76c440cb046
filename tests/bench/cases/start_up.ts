import type { BenchCase, BenchTarget } from "../bench_case.ts";
import type { BenchWorld } from "../bench_world.ts";
import { ChildrenTime } from "../children_time.ts";
import { sleepers } from "../contender.ts";
import { type CopiedRatio, measureCopies } from "../fresh_copies.ts";
import { timeToEnd } from "../time_command.ts";

const COPIES = 8;
const ROUNDS = 10;
const FLOOR = "empty program";

/** What DESIGN asks for, against an empty program. */
const TARGETS: Readonly<Record<string, number>> = {
  "imp ping": 1.2,
  "imp --version": 1.12,
  "imp list, 1 job": 1.3,
  "imp add": 1.3,
  "imp exec": 1.3,
  "imp run -- true": 1.5,
};
const MOST_FOR_MANY = 1.8;

/** Calls of a warm daemon as whole processes: the processor time that each takes, against a program that does nothing. */
export const startUp: BenchCase = {
  name: "start-up",
  summary: `processor time of a call, against an empty program: ${COPIES} fresh copies of each`,
  async run(world) {
    const { box } = world.imp;
    await world.imp.startJobs(sleepers(1));
    await box.impOk(["add", "-q", "--", "true"]);
    const few = await measureCalls(world, {
      "imp --version": ["--version"],
      "imp ping": ["ping"],
      "imp status": ["status"],
      "imp list, 1 job": ["list"],
      "imp list --all, 1 job": ["list", "--all"],
      "imp add": ["add", "-q", "--", "true"],
      "imp exec": ["exec", "--", "true"],
      "imp run -- true": ["run", "-q", "--", "true"],
    });
    await world.imp.startJobs(sleepers(world.manyJobs, 1));
    const name = `imp list, ${world.manyJobs} jobs`;
    const many = await measureCalls(world, { [name]: ["list"] });
    const found = new Map([...few, ...[...many].filter(([each]) => each !== FLOOR)]);
    const targets = Object.entries({ ...TARGETS, [name]: MOST_FOR_MANY }).map((
      [text, atMost],
    ): BenchTarget => ({ text, measured: found.get(text)!.ratio, atMost }));
    return {
      unit: "",
      rows: [],
      table: {
        header: ["subject", "× empty", "±"],
        rows: [...found].map(([subject, { ratio, error }]) => [
          subject,
          ratio.toFixed(2),
          error.toFixed(2),
        ]),
      },
      targets,
      notes: [
        "user and system time of the process itself; the mean over the copies, and its standard error",
        "where a file lies moves its time by up to a tenth: read nothing into less than 0.1",
      ],
    };
  },
};

async function measureCalls(
  world: BenchWorld,
  calls: Readonly<Record<string, readonly string[]>>,
): Promise<ReadonlyMap<string, CopiedRatio>> {
  const { box } = world.imp;
  const [empty] = await world.program("empty");
  const { kind, command } = box.executable;
  if (kind !== "compiled") throw new Error("Only what is compiled can be copied: see DENORT_BIN");
  using children = new ChildrenTime();
  const measure = (command: readonly string[]) => {
    const before = children.ms;
    timeToEnd(box, command);
    return children.ms - before;
  };
  return await measureCopies({
    programs: [{ path: empty!, calls: { [FLOOR]: [] } }, { path: command[0]!, calls }],
    copies: world.rounds(COPIES),
    rounds: world.rounds(ROUNDS),
    directory: box.root,
    random: world.random,
    measure,
  });
}
