import { assertEquals, assertRejects } from "@std/assert";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import { AppError } from "../../base/app_error.ts";
import type { Schedule } from "../../protocol/schedule.ts";
import type { Job } from "./job.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A world at noon, with a job that ends at once whenever it is started, and has a schedule. */
async function openWorld(schedule: Schedule) {
  const world = new FakeWorld();
  await world.schedules.check(schedule);
  world.schedules.begin();
  const { job } = world.supervisor.add(toSpec({ schedule }));
  const end = async (of: Job = job) => {
    world.host.exit(of.run!.runId, 0, world.clock.now());
    of.observe();
    await world.clock.advance(5);
  };
  await world.clock.advance(5);
  await end();
  const next = () => job.view().next_run_at;
  const dispose = () => {
    world.schedules[Symbol.dispose]();
    world[Symbol.dispose]();
  };
  return { world, job, end, next, [Symbol.dispose]: dispose };
}

Deno.test("a job is started at each time of its schedule, and as often as it says", async () => {
  using its = await openWorld({ cron: "30 * * * *", timezone: "UTC" });
  assertEquals([its.next(), its.job.record.run], ["2026-11-21T12:30:00.000Z", 1]);
  await its.world.clock.advance(30 * MINUTE - 20);
  assertEquals(its.job.record.run, 1);
  await its.world.clock.advance(20);
  assertEquals([its.job.record.run, its.next()], [2, "2026-11-21T13:30:00.000Z"]);
  await its.end();
  await its.world.clock.advance(HOUR);
  assertEquals([its.job.record.run, its.job.record.desired], [3, "up"]);
  assertEquals(its.world.supervisor.isIdle, false);
});

Deno.test("an interval is from one start to the next, whoever starts", async () => {
  using its = await openWorld({ every_ms: HOUR });
  assertEquals(its.next(), "2026-11-21T13:00:00.000Z");
  await its.world.clock.advance(10 * MINUTE);
  its.job.start();
  await its.world.clock.advance(5);
  await its.end();
  assertEquals([its.job.record.run, its.next()?.slice(11, 19)], [2, "13:10:00"]);
  await its.world.clock.advance(HOUR);
  assertEquals([its.job.record.run, its.next()?.slice(11, 19)], [3, "14:10:00"]);
});

Deno.test("what is still up when its time comes is left out, and that is told", async () => {
  for (const schedule of [{ every_ms: HOUR }, { cron: "0 * * * *", timezone: "UTC" }]) {
    using its = await openWorld(schedule);
    await its.world.clock.advance(HOUR);
    assertEquals([its.job.record.run, its.job.record.status], [2, "running"]);
    await its.world.clock.advance(HOUR + 30 * MINUTE);
    const { skipped_at, skipped_reason, next_run_at } = its.job.view();
    assertEquals([skipped_at?.slice(11, 19), skipped_reason], [
      "14:00:00",
      "it was still up",
    ]);
    assertEquals([its.job.record.run, next_run_at?.slice(11, 19)], [2, "15:00:00"]);
    await its.end();
    await its.world.clock.advance(30 * MINUTE);
    assertEquals(its.job.record.run, 3);
  }
});

Deno.test("a stopped job is not started, and one that is started again is; nobody waits for a time meanwhile", async () => {
  using its = await openWorld({ every_ms: HOUR });
  await its.job.stop();
  assertEquals([its.next(), its.world.supervisor.isIdle], [null, true]);
  assertEquals(its.world.clock.pending, 0);
  await its.world.clock.advance(5 * HOUR);
  assertEquals(its.job.record.run, 1);
  its.job.start();
  await its.world.clock.advance(5);
  await its.end();
  assertEquals(its.next()?.slice(11, 19), "18:00:00");
});

Deno.test("a schedule that is set counts at once, and one that is taken away does not", async () => {
  using its = await openWorld({ every_ms: HOUR });
  const { definitions } = its.world.supervisor;
  const [set] = definitions.set([its.job], { schedule: { every_ms: 2 * HOUR } });
  assertEquals([set!.amendment.changed, its.next()?.slice(11, 19)], [["schedule"], "14:00:00"]);
  definitions.set([its.job], { schedule: null });
  await its.world.clock.advance(1_000);
  assertEquals([its.next(), its.job.view().schedule, its.world.clock.pending], [
    undefined,
    undefined,
    0,
  ]);
  await its.world.clock.advance(5 * HOUR);
  assertEquals(its.job.record.run, 1);
});

Deno.test("no timer is longer than a minute, and a time ten years from now does not come early", async () => {
  using its = await openWorld({ every_ms: 3_650 * 24 * HOUR });
  await its.world.clock.advance(10 * MINUTE);
  assertEquals([its.job.record.run, its.world.clock.pending], [1, 1]);
});

Deno.test("F148 a time that passed while the machine slept or no daemon was there is not made up for", async () => {
  using its = await openWorld({ cron: "0 * * * *", timezone: "UTC" });
  its.world.clock.jumpTo(Date.parse("2026-11-21T15:20:00Z"));
  await its.world.clock.advance(2 * MINUTE);
  const { skipped_at, skipped_reason, next_run_at } = its.job.view();
  assertEquals([its.job.record.run, skipped_at?.slice(11, 19), skipped_reason], [
    1,
    "13:00:00",
    "nobody was there to start it",
  ]);
  assertEquals(next_run_at?.slice(11, 19), "16:00:00");
});

Deno.test("F149 a clock that is set back brings the next time nearer, and repeats none when it is by little", async () => {
  using its = await openWorld({ every_ms: HOUR });
  its.world.clock.jumpTo(Date.parse("2026-11-20T12:00:00Z"));
  await its.world.clock.advance(2 * MINUTE);
  assertEquals(its.next()?.slice(0, 13), "2026-11-20T13");
  using hourly = await openWorld({ cron: "0 * * * *", timezone: "UTC" });
  await hourly.world.clock.advance(HOUR);
  await hourly.end();
  hourly.world.clock.jumpTo(Date.parse("2026-11-21T12:59:50Z"));
  await hourly.world.clock.advance(2 * MINUTE);
  assertEquals([hourly.job.record.run, hourly.next()?.slice(11, 19)], [2, "14:00:00"]);
});

Deno.test("the next daemon goes on with the schedules of the last one, also while it ends a run", async () => {
  using its = await openWorld({ cron: "0 * * * *", timezone: "UTC" });
  its.job.start();
  await its.world.clock.advance(5);
  const ending = its.world.supervisor.ending.suspendAll();
  await its.world.clock.advance(200);
  await ending;
  assertEquals(its.job.record.status, "stopped");
  its.world.schedules[Symbol.dispose]();
  const next = its.world.createSupervisor();
  const { store } = its.world;
  const adopted = next.restore(store.jobs.get(its.job.id)!, store.runs.latest(its.job.id));
  using schedules = its.world.createSchedules(next);
  await its.world.clock.advance(58 * MINUTE);
  schedules.begin();
  await schedules.check({ cron: "@daily" });
  await its.world.clock.advance(3 * MINUTE);
  assertEquals([adopted.record.run, adopted.record.status], [3, "running"]);
});

Deno.test("a pattern or a time zone that makes no sense is refused, and one that never comes", async () => {
  using world = new FakeWorld();
  const wrong: [Schedule, RegExp][] = [
    [{ cron: "61 * * * *" }, /invalid value for minute: 61/],
    [{ cron: "nonsense" }, /invalid configuration format/],
    [{ cron: "0 0 31 2 *" }, /never comes/],
    [{ cron: "0 3 * * *", timezone: "Nowhere/X" }, /no such time zone/],
  ];
  for (const [schedule, words] of wrong) {
    const error = await assertRejects(() => world.schedules.check(schedule), AppError);
    assertEquals(
      [error.code, words.test(error.message)],
      ["usage.bad_schedule", true],
      error.message,
    );
  }
});

Deno.test("times of a time zone follow its summer time: none is lost, none comes twice", async () => {
  const { ScheduleTimes } = await import("../schedules/schedule_times.ts");
  const times = new ScheduleTimes();
  await times.load();
  const schedule = { cron: "30 2 * * *", timezone: "Europe/Berlin" };
  const from = (day: string) => {
    const found: string[] = [];
    let sinceMs = Date.parse(day);
    for (let count = 0; count < 3; count++) {
      sinceMs = times.after(schedule, { sinceMs, nowMs: sinceMs })!;
      found.push(new Date(sinceMs).toISOString().slice(8, 16));
    }
    return found;
  };
  assertEquals(from("2026-03-27T12:00:00Z"), ["28T01:30", "29T01:00", "30T00:30"]);
  assertEquals(from("2026-10-23T12:00:00Z"), ["24T00:30", "25T00:30", "26T01:30"]);
});
