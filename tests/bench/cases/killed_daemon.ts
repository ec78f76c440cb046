import type { BenchCase } from "../bench_case.ts";
import type { BenchWorld } from "../bench_world.ts";
import { benchJob, type Contender, sleeperProcesses } from "../contender.ts";
import { describeFailure } from "../describe_failure.ts";
import { eventually } from "../../support/eventually.ts";
import { toRow } from "../single_row.ts";

const SLEEPERS = 10;
const TALKERS = 5;
const ENDERS = 5;
const JOBS = SLEEPERS + TALKERS + ENDERS;
const CODE = 7;
const ROUNDS = 5;

/** Waits until the daemon is dead, says something, and sleeps on: its output must still go somewhere. */
const TALKER = `#!/bin/sh
until [ -e "$0.gate" ]; do sleep 0.05; done
echo still here
exec /bin/sleep "$1"
`;
/** Waits until the daemon is dead, and ends with a code that nobody else can know. */
const ENDER = `#!/bin/sh
echo start >> "$0.log"
until [ -e "$0.gate" ]; do sleep 0.05; done
exit ${CODE}
`;

const WAITING = /^\/bin\/sh \S+\/(talker|ender) 1\d{6}$/;

/** What became of a tool's jobs, in columns. */
type Fate = readonly (string | number)[];

/** kill -9 of the daemon: what is left of the jobs, and what the next daemon knows of them. */
export const killedDaemon: BenchCase = {
  name: "killed-daemon",
  summary: `kill -9 of the daemon with ${JOBS} jobs up, the daemon brought back, its list`,
  async run(world) {
    const rows: Fate[] = [];
    const notes = [
      "alive: sleep on; alive, spoke: those that wrote a line with no daemon there; known: alive and in the list as " +
      "running, with their pid where the list has pids",
      `codes: known of ${ENDERS} jobs that ended with no daemon there; doubled: two processes of one job; again: ` +
      "processes that the new daemon started",
    ];
    for (const contender of await world.contenders()) {
      try {
        rows.push([contender.name, ...await findFate(contender)]);
      } catch (error) {
        if (contender === world.imp) throw error;
        notes.push(`${contender.name}: ${describeFailure(error)}`);
      }
    }
    const samples = await timeLists(world);
    const header = ["subject", "alive", "alive, spoke", "known", "codes", "doubled", "again"];
    return {
      unit: "ms",
      rows: [toRow(`imp list after kill -9, ${SLEEPERS + TALKERS} jobs`, ...samples)],
      table: { header, rows },
      notes,
    };
  },
};

async function findFate(contender: Contender): Promise<Fate> {
  const { box } = contender;
  const talker = await box.file("talker", TALKER, 0o755);
  const ender = await box.file("ender", ENDER, 0o755);
  await contender.startJobs(Array.from({ length: JOBS }, (_, index) => {
    if (index < SLEEPERS) return benchJob(index);
    return benchJob(index, index < SLEEPERS + TALKERS ? talker : ender);
  }));
  await eventually(`the list of ${contender.name} has ${JOBS} jobs up`, async () => {
    return (await contender.listJobs()).filter(({ isUp }) => isUp).length === JOBS;
  });
  const before = await processesOfJobs(contender);
  for (const pid of await contender.daemonPids()) Deno.kill(pid, "SIGKILL");
  for (const program of [talker, ender]) await Deno.writeTextFile(`${program}.gate`, "");
  await eventually("those that wait for the daemon's death have seen it", async () => {
    return !(await box.processes()).some(({ command }) => WAITING.test(command));
  });
  await contender.reviveDaemon();
  const listed = await contender.listJobs();
  const after = await sleeperProcesses(box);
  const old = after.filter(({ pid }) => before.has(pid));
  const known = old.filter(({ number, pid }) =>
    listed.some((job) => job.number === number && job.isUp && (job.pid ?? pid) === pid)
  );
  const codes = listed.filter(({ number, isUp, exitCode }) =>
    !isUp && exitCode === CODE && number >= benchJob(SLEEPERS + TALKERS).number
  );
  const numbers = after.map(({ number }) => number);
  const doubled = new Set(numbers.filter((each, index) => numbers.indexOf(each) !== index));
  const enderStarts = (await Deno.readTextFile(`${ender}.log`)).trim().split("\n").length;
  const again = after.length - old.length + enderStarts - ENDERS;
  const isTalker = ({ number }: { number: number }) => number >= benchJob(SLEEPERS).number;
  return [
    `${old.filter((each) => !isTalker(each)).length}/${SLEEPERS}`,
    `${old.filter(isTalker).length}/${TALKERS}`,
    `${known.length}/${SLEEPERS + TALKERS}`,
    // A code of a second run is not that of the first.
    `${enderStarts > ENDERS ? 0 : codes.length}/${ENDERS}`,
    doubled.size,
    again,
  ];
}

/** The pids that jobs have, whatever they run at the moment. */
async function processesOfJobs({ box }: Contender): Promise<Set<number>> {
  const processes = await box.processes();
  return new Set(processes.filter(({ command }) => / 1\d{6}$/.test(command)).map(({ pid }) => pid));
}

/** How soon the next command knows, again and again. */
async function timeLists(world: BenchWorld): Promise<number[]> {
  const { imp } = world;
  const samples: number[] = [];
  for (let round = 0; round < world.rounds(ROUNDS); round++) {
    for (const pid of await imp.daemonPids()) Deno.kill(pid, "SIGKILL");
    const startedAtMs = performance.now();
    await imp.box.impOk(["list"]);
    samples.push(performance.now() - startedAtMs);
  }
  return samples;
}
