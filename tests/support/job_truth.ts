/** What must hold for every job whatever was done to its daemons, looked up in the system and not in imp. */
import { assert, assertEquals } from "@std/assert";
import { readDrops } from "../../src/logs/drops.ts";
import type { Box } from "./box.ts";
import { eventually } from "./eventually.ts";
import { isAlive, processesWithEnv } from "./process_facts.ts";

/** A job as `imp list --json` shows it, as far as it is looked at. */
export interface ListedJob {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly desired: string;
  readonly reason: string | null;
  readonly run: number;
  readonly pid: number | null;
  readonly exit_code: number | null;
  readonly stdout_path: string | null;
}

/** The first thing a command says and does: each start of each run leaves one line in the file `starts`. */
export const TELL_START = 'echo "$IMP_RUN_ID" >> starts; echo begun';

const AT_REST = ["stopped", "exited", "failed", "lost", "running"];

/** The jobs, once none of them is on its way anywhere. */
export async function settledJobs(box: Box): Promise<ListedJob[]> {
  return await eventually("every job is at rest", async () => {
    const jobs: ListedJob[] = (await box.impJson(["list"])).jobs;
    // An end that could not be stored is told a little later.
    const isSettled = jobs.every(({ status, pid }) =>
      AT_REST.includes(status) && (status !== "running" || pid !== null && isAlive(pid))
    );
    return isSettled && jobs;
  }, { explain: async () => await box.impOk(["list", "--json"]) });
}

/**
 * Asserts of every job: it is in exactly one state, no run of it was started twice or is not in its history, what is
 * up has one command, what is down has none, its output is whole, and nothing is left over.
 */
export async function assertTruth(box: Box): Promise<ListedJob[]> {
  const jobs = await assertJobs(box);
  const findings = await askDoctor(box, "--fix");
  assertEquals(findings.filter(({ level }) => level === "problem"), []);
  const found = leftOvers(findings);
  const left = found.length === 0 ? [] : leftOvers(await askDoctor(box));
  assertEquals(left, [], "doctor --fix puts right what it finds");
  return jobs;
}

async function assertJobs(box: Box): Promise<ListedJob[]> {
  const jobs = await settledJobs(box);
  const starts = readStarts(box);
  try {
    assertEquals(starts, [...new Set(starts)], "no run was started twice");
    for (const job of jobs) await assertJob(job, starts);
  } catch (error) {
    // A plan goes on with what it could not start: then this was the truth of two moments.
    if (statesOf(await settledJobs(box)) === statesOf(jobs)) throw error;
    return await assertJobs(box);
  }
  return jobs;
}

function statesOf(jobs: readonly ListedJob[]): string {
  return jobs.map(({ id, status, run, pid }) => `${id} ${status} ${run} ${pid}`).sort().join();
}

interface Finding {
  readonly check: string;
  readonly level: string;
  readonly text: string;
}

async function askDoctor(box: Box, ...flags: string[]): Promise<Finding[]> {
  return JSON.parse((await box.imp(["doctor", ...flags, "--json"])).stdout).findings;
}

function leftOvers(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ check, level }) =>
    level !== "ok" && ["output", "sockets", "processes", "runs"].includes(check)
  );
}

async function assertJob(job: ListedJob, starts: readonly string[]): Promise<void> {
  const told = JSON.stringify(job);
  const runs = starts.filter((runId) => runId.startsWith(`${job.id}-`));
  for (const runId of runs) assert(Number(runId.split("-").at(-1)) <= job.run, told);
  const runId = `${job.id}-${job.run}`;
  const commands = (await processesWithEnv("IMP_JOB_ID", job.id)).filter(({ command }) =>
    !command.includes("imp-shim")
  );
  if (job.status === "running") {
    assert(job.pid !== null && isAlive(job.pid), told);
    assert(commands.length > 0, told);
  } else {
    assertEquals(commands, [], told);
    if (job.status === "exited") assertEquals(job.exit_code, 0, told);
    if (job.status === "failed") assert(job.exit_code !== 0, told);
    if (job.status === "lost") assert(job.exit_code === null && job.reason !== null, told);
  }
  if (!starts.includes(runId) || job.stdout_path === null || isCut(job.stdout_path)) return;
  const path = job.stdout_path;
  const explain = () => told;
  // A full disk did not take them where as much is told.
  const areDropped = () => readDrops(path, job.status !== "running").length > 0;
  await eventually(
    "its first words are in its log",
    async () => (await firstWords(path)).length > 0 || areDropped(),
    { explain },
  );
  assert((await firstWords(path)).length === 1 || areDropped(), told);
}

async function firstWords(stdoutPath: string): Promise<string[]> {
  return (await Deno.readTextFile(stdoutPath)).split("\n").filter((line) =>
    line.trimEnd() === "begun"
  );
}

/** The beginning of a log may have been cut off; see `log_paths.ts`. */
function isCut(stdoutPath: string): boolean {
  try {
    return Deno.statSync(stdoutPath.replace(/\.log$/, ".base")).isFile;
  } catch {
    return false;
  }
}

function readStarts(box: Box): string[] {
  try {
    return Deno.readTextFileSync(`${box.project}/starts`).split("\n").filter((line) => line !== "");
  } catch {
    return [];
  }
}
