import { assertEquals } from "@std/assert";
import { settle } from "../../../tests/support/fake_clock.ts";
import { FakeWorld, started } from "../../../tests/support/fake_world.ts";
import type { Call } from "../../rpc/server/call.ts";
import type { HandlerParts } from "./handler.ts";
import { handleStart } from "./start.ts";

/** Asks for the start of a job that is down; `launched` is called when its run is there. */
async function startAgain(world: FakeWorld, onLaunched: (runId: string) => Promise<void>) {
  const job = await started(world);
  world.host.exit(`${job.id}-1`, 0, world.clock.now());
  job.observe();
  const parts = { supervisor: world.supervisor, settingsInForce: { areDefaults: false } };
  const call = { signal: new AbortController().signal };
  const reply = handleStart(
    { jobs: [job.id] },
    parts as unknown as HandlerParts,
    call as unknown as Call,
  );
  await settle();
  await onLaunched(`${job.id}-2`);
  const { jobs } = await reply;
  return jobs[0]!;
}

Deno.test("H handleStart() tells of a run that is over in its first moments", async () => {
  using world = new FakeWorld();
  const { status, exit_code, run } = await startAgain(world, async (runId) => {
    await world.clock.advance(20);
    world.host.exit(runId, 3, world.clock.now());
    world.supervisor.jobs[0]!.observe();
    await settle();
  });
  assertEquals([status, exit_code, run], ["failed", 3, 2]);
});

Deno.test("H handleStart() waits no longer than the first moments for that", async () => {
  using world = new FakeWorld();
  const { status, run } = await startAgain(world, () => world.clock.advance(50));
  assertEquals([status, run], ["running", 2]);
});
