import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { RunRecord } from "../../store/store.ts";
import { KeeperWatch } from "./keeper_watch.ts";
import type { KeeperMending, OutputProgress, RunHost } from "./run_host.ts";

const RUN = { runId: "V3x-1", shim: { pid: 7, startTime: "1", bootId: "b" } } as RunRecord;

function open(host: Partial<RunHost>) {
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
  const watch = new KeeperWatch({ clock, logger, host: whole, runs: () => [RUN] });
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
  await clock.advance(1_500);
  await clock.advance(1_500);
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
  for (const [waitingBytes, writtenBytes] of [[9, 5], [9, 6], [0, 6], [3, 6]] as const) {
    progress = { waitingBytes, writtenBytes };
    await clock.advance(1_500);
  }
  assertEquals(woken, 0);
  await clock.advance(1_500);
  assertEquals(woken, 1);
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
  for (let looks = 0; looks < 3; looks++) await clock.advance(1_500);
  isAlive = false;
  await clock.advance(1_500);
  assertEquals(told, ["error: What keeps the output of a run cannot be seen to"]);
  watch[Symbol.dispose]();
});
