import { assert, assertEquals } from "@std/assert";
import { openPaths } from "../../../tests/support/fake_daemon.ts";
import { FakeWorld, started } from "../../../tests/support/fake_world.ts";
import { silentLogger } from "../../../tests/support/silent_logger.ts";
import { runLogPaths } from "../../logs/log_paths.ts";
import { TimeIndex } from "../../logs/time_index.ts";
import { Holds } from "./holds.ts";
import { OutputKeeper } from "./output_keeper.ts";

/** A run with its output, and how long its keeper waited before each look. */
async function open() {
  const world = new FakeWorld();
  const { paths, ...place } = openPaths();
  const job = await started(world);
  const logs = runLogPaths(paths.logsDir, job.id, 1);
  Deno.mkdirSync(`${paths.logsDir}/${job.id}`, { recursive: true });
  const write = (text: string) => Deno.writeTextFileSync(logs.stdout, text, { append: true });
  write("first\n");
  const pauses: number[] = [];
  const { clock } = world;
  const keeper = new OutputKeeper({
    ...{ paths, clock, bus: world.bus, logger: silentLogger },
    rounds: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      schedule(pauseMs, look) {
        pauses.push(pauseMs);
        return clock.schedule(pauseMs, look);
      },
    },
    holds: new Holds(),
    settings: () => world.settings,
    supervisor: world.supervisor,
  });
  keeper.update();
  const dispose = () => {
    keeper[Symbol.dispose]();
    world[Symbol.dispose]();
    place[Symbol.dispose]();
  };
  return { world, logs, write, pauses, [Symbol.dispose]: dispose };
}

Deno.test("OutputKeeper looks rarely at what says nothing, and often again from its next word on", async () => {
  using it = await open();
  const { clock } = it.world;
  await clock.advance(10_000);
  assert(it.pauses.every((pause) => pause === 100));
  await clock.advance(3_200);
  it.pauses.length = 0;
  await clock.advance(16_000);
  assertEquals(it.pauses, Array(10).fill(1_600));
  it.write("second\n");
  await clock.advance(1_600);
  assertEquals(TimeIndex.read(it.logs.ticks).coveredTo("stdout"), "first\nsecond\n".length);
  it.pauses.length = 0;
  await clock.advance(1_000);
  assertEquals(it.pauses, Array(10).fill(100));
});

Deno.test("OutputKeeper looks often from the start of a run on, whatever the others do", async () => {
  using it = await open();
  const { clock } = it.world;
  await clock.advance(15_000);
  assertEquals(it.pauses.at(-1), 1_600);
  await started(it.world, { command: ["other"] });
  assertEquals(it.pauses.at(-1), 100);
  it.pauses.length = 0;
  it.write("second\n");
  await clock.advance(1_700);
  assertEquals(TimeIndex.read(it.logs.ticks).coveredTo("stdout"), "first\nsecond\n".length);
});

Deno.test("OutputKeeper wakes nobody when no run is live", async () => {
  using it = await open();
  const [job] = it.world.supervisor.activeJobs;
  it.world.host.exit(job!.run!.runId, 0, it.world.clock.now());
  job!.observe();
  await it.world.clock.advance(2_000);
  it.pauses.length = 0;
  await it.world.clock.advance(60_000);
  assertEquals(it.pauses, []);
});
