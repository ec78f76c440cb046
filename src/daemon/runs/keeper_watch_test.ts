import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { RunRecord } from "../../store/store.ts";
import { KeeperWatch } from "./keeper_watch.ts";
import type { KeeperMending, OutputProgress, RunHost } from "./run_host.ts";

const RUN = { runId: "V3x-1", shim: { pid: 7, startTime: "1", bootId: "b" } } as RunRecord;

function open(host: Partial<RunHost>, runs: RunRecord[] = [RUN]) {
  const clock = new FakeClock();
  const told: string[] = [];
  const tell = (level: string) => (message: string) => void told.push(`${level}: ${message}`);
  const logger = { warn: tell("warn"), error: tell("error") } as unknown as Logger;
  const quiet = { waitingBytes: 0, writtenBytes: 0 };
  const whole = {
    isAlive: () => true,
    replaceDeadKeepers: (): KeeperMending[] => [],
    wakeKeepers: (): KeeperMending[] => [],
    outputProgress: () => quiet,
    ...host,
  } as RunHost;
  const watch = new KeeperWatch({ rounds: clock, logger, host: whole, runs: () => runs });
  return { clock, told, watch };
}

Deno.test("KeeperWatch replaces who is dead, and says so", async () => {
  let isDead = true;
  const replaceDeadKeepers = (): KeeperMending[] => {
    const was = isDead;
    isDead = false;
    return was ? [{ stream: "stdout", was: "dead" }] : [];
  };
  const { clock, told, watch } = open({ replaceDeadKeepers });
  await clock.advance(3_600);
  await clock.advance(3_600);
  assertEquals(told, [
    "warn: What kept the output of a run was killed; something of it may be missing",
  ]);
  watch[Symbol.dispose]();
});

Deno.test("KeeperWatch wakes keepers only where bytes wait and nothing moves", async () => {
  let woken = 0;
  let progress: OutputProgress = { waitingBytes: 0, writtenBytes: 5 };
  const { clock, watch } = open({
    outputProgress: () => progress,
    wakeKeepers: () => {
      woken++;
      return [];
    },
  });
  // Where something waits, the next look comes sooner.
  const looks = [[3_600, 9, 5], [1_600, 9, 6], [1_600, 0, 6], [3_600, 3, 6]] as const;
  for (const [pauseMs, waitingBytes, writtenBytes] of looks) {
    progress = { waitingBytes, writtenBytes };
    await clock.advance(pauseMs);
  }
  assertEquals(woken, 0);
  await clock.advance(1_600);
  assertEquals(woken, 1, "within 5 s of the first byte that waits");
  watch[Symbol.dispose]();
});

Deno.test("KeeperWatch complains once of what it cannot do, and never of a run that is over", async () => {
  let isAlive = true;
  const { clock, told, watch } = open({
    isAlive: () => isAlive,
    replaceDeadKeepers: () => {
      throw new Error("no processes");
    },
  });
  for (let looks = 0; looks < 3; looks++) await clock.advance(3_600);
  isAlive = false;
  await clock.advance(3_600);
  assertEquals(told, ["error: What keeps the output of a run cannot be seen to"]);
  watch[Symbol.dispose]();
});

Deno.test("KeeperWatch wakes nobody while there is no run, and looks from the first one on", async () => {
  const looks: string[] = [];
  const runs: RunRecord[] = [];
  const isAlive = () => looks.push("look") > 0;
  const { clock, watch } = open({ isAlive }, runs);
  assertEquals(clock.pending, 0);
  runs.push(RUN);
  watch.update();
  watch.update();
  await clock.advance(3_600);
  assertEquals(looks.length, 1);
  runs.pop();
  await clock.advance(3_600);
  assertEquals([looks.length, clock.pending], [1, 0]);
  watch[Symbol.dispose]();
});
