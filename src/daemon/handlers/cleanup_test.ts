import { assertEquals } from "@std/assert";
import { settle } from "../../../tests/support/fake_clock.ts";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import type { Call } from "../../rpc/server/call.ts";
import { handleCleanup } from "./cleanup.ts";

Deno.test("handleCleanup() removes many jobs a hundred at a time, so that others are served in between", async () => {
  using world = new FakeWorld();
  for (let index = 0; index < 250; index++) {
    const { job } = world.supervisor.add(toSpec({ command: ["once", String(index)] }));
    world.host.exit(`${job.id}-1`, 0, world.clock.now());
    job.observe();
  }
  const { supervisor, clock } = world;
  const cleaning = handleCleanup({}, { supervisor }, {} as Call);
  await settle();
  assertEquals(supervisor.jobs.length, 150);
  await clock.advance(1);
  assertEquals((await cleaning).removed.length, 250);
  assertEquals(supervisor.jobs, []);
});
