/** Compares what imp says in the end with the model, and its runs with what their commands do. */
import { assert, assertEquals } from "@std/assert";
import { readDrops } from "../../src/logs/drops.ts";
import type { Box } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { assertTruth, type ListedJob } from "../support/job_truth.ts";
import { findLeavings } from "./leavings.ts";
import { linesOf, type ModelJob, ownerOf } from "./model.ts";
import type { TortureReport } from "./report.ts";

const DAY_MS = 24 * 3_600_000;
/** See `commandOf`. */
const LINE_BYTES = 16;

/** A run in the history of a job, as far as it is looked at. */
interface ShownRun {
  readonly run: number;
  readonly outcome: string;
  readonly exit_code: number | null;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly stdout_path: string;
  readonly reason: string | null;
}

/** A job with what ends it by itself, and whose it is. */
type TenuredJob = ListedJob & {
  readonly lease?: { readonly is_over: boolean };
  readonly owner?: { readonly name: string };
};

/** Asserts that every job is as the model says, once all has come to rest. */
export async function compareWithModel(
  box: Box,
  jobs: ReadonlyMap<string, ModelJob>,
  report: TortureReport,
): Promise<void> {
  await eventually("one daemon is left", async () => {
    await box.imp(["ping"]);
    return (await box.daemons()).length === 1;
  });
  await eventually("what ends has ended", async () => {
    const listed: TenuredJob[] = (await box.impJson(["list"])).jobs;
    return listed.every(({ name, status, lease }) =>
      !lease?.is_over && jobs.get(name)!.behaviour.kind === "stays" ||
      /stopped|exited|failed/.test(status)
    );
  }, { explain: () => box.impOk(["list", "--json"]) });
  await stopLeavers(box, jobs, report);
  const listed = await assertTruth(box);
  for (const each of listed) assert(jobs.has(each.name), `${each.name} was never added`);
  assertEquals(new Set(listed.map(({ name }) => name)).size, listed.length, "names are unique");
  for (const job of jobs.values()) {
    const found = listed.find(({ name }) => name === job.name);
    if (!job.unsure) compareState(job, found);
    if (found !== undefined) compareTenure(job, found, report);
    if (found !== undefined) await compareRuns(box, job, found, report);
  }
}

/** What has ended by itself may have left something, which is told, and ended by a stop as the rest of it. */
async function stopLeavers(
  box: Box,
  jobs: ReadonlyMap<string, ModelJob>,
  report: TortureReport,
): Promise<void> {
  const listed: (ListedJob & { left: number })[] = (await box.impJson(["list"])).jobs;
  const down = listed.filter(({ status }) => /stopped|exited|failed/.test(status));
  for (const job of down) {
    const there = findLeavings(box).filter(({ jobId }) => jobId === job.id);
    // Each is a shell and its child.
    assertEquals(job.left, 2 * there.length, JSON.stringify([jobs.get(job.name), job, there]));
    report.left += there.length;
  }
  if (down.length > 0) await box.impOk(["stop", ...down.map(({ id }) => id)]);
  const ids = new Set(listed.filter(({ status }) => status === "running").map(({ id }) => id));
  assertEquals(findLeavings(box).filter(({ jobId }) => !ids.has(jobId)), []);
}

function compareState(job: ModelJob, listed: ListedJob | undefined): void {
  const told = `${JSON.stringify(job)} is ${JSON.stringify(listed)}`;
  const isGone = job.wanted === "gone" || job.starts === 0 && job.perhaps === 0;
  assertEquals(listed === undefined, isGone, told);
  if (listed === undefined) return;
  // What could not be started for want of space says so.
  if (listed.status === "failed" && /space|full/i.test(listed.reason ?? "")) return;
  if (job.wanted === "down") {
    const down = job.behaviour.kind === "stays" ? ["stopped"] : ["stopped", "exited", "failed"];
    assert(down.includes(listed.status), told);
  } else if (job.behaviour.kind === "stays") assertEquals(listed.status, "running", told);
  else assertEquals(listed.exit_code, job.behaviour.code, told);
}

/** Whose a job is, is known from its first start on; its lease as long as the commands on it were heard. */
function compareTenure(job: ModelJob, listed: TenuredJob, report: TortureReport): void {
  const told = `${JSON.stringify(job)} is ${JSON.stringify(listed)}`;
  assertEquals(listed.owner?.name, ownerOf(job), told);
  if (job.isLent === undefined || listed.status !== "running") return;
  assertEquals(listed.lease !== undefined, job.isLent, told);
  report.leases++;
}

async function compareRuns(
  box: Box,
  job: ModelJob,
  listed: ListedJob,
  report: TortureReport,
): Promise<void> {
  const told = `${JSON.stringify(job)} is ${JSON.stringify(listed)}`;
  const runs: ShownRun[] = (await box.impJson(["show", job.name])).runs;
  const numbers = runs.map(({ run }) => run).sort((a, b) => a - b);
  assertEquals(numbers, Array.from({ length: listed.run }, (_, index) => index + 1), told);
  for (const run of runs) {
    await compareRun(job, run, told);
    report.runs++;
    const awayMs = Math.abs(Date.now() - Date.parse(run.started_at));
    if (awayMs > DAY_MS / 2) report.runsOnOtherDays++;
  }
}

async function compareRun(job: ModelJob, run: ShownRun, told: string): Promise<void> {
  const about = `${told}\n${JSON.stringify(run)}`;
  assert(run.outcome !== "lost", about);
  if (run.finished_at !== null) assert(run.finished_at >= run.started_at, about);
  const isWhole = job.behaviour.kind !== "stays" && [0, 1, 2].includes(run.exit_code ?? -1);
  if (isWhole) assertEquals(run.exit_code, job.behaviour.code, about);
  const isOver = run.finished_at !== null;
  // What keeps its output may try once more after its end.
  await eventually(
    "its output is whole, but for what it says was dropped",
    () => Promise.resolve(isOutputTrue(linesOf(job), readOutput(run, isOver), isWhole)),
    { explain: () => `${about}\n${JSON.stringify(readOutput(run, isOver))}` },
  );
}

/** What is there of what a run has said, and how many bytes are told as dropped; null: some, nobody counted. */
interface Output {
  readonly lines: readonly string[];
  readonly dropped: number | null;
}

function readOutput({ stdout_path }: ShownRun, isOver: boolean): Output {
  const drops = readDrops(stdout_path, isOver);
  const dropped = drops.reduce<number | null>(
    (sum, { bytes }) => sum === null || bytes === null ? null : sum + bytes,
    0,
  );
  let text = "";
  try {
    text = Deno.readTextFileSync(stdout_path);
  } catch {
    // It has none where it could not be started.
  }
  const lines = text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
  return { lines, dropped };
}

/** One that was stopped has said the first part of it; what a full disk did not take is missing by whole lines. */
function isOutputTrue(said: string[], { lines, dropped }: Output, isWhole: boolean): boolean {
  if (dropped === 0) return lines.join() === (isWhole ? said : said.slice(0, lines.length)).join();
  const places = lines.map((line) => said.indexOf(line));
  const isInOrder = places.every((place, index) => place > (places[index - 1] ?? -1));
  const isAccounted = !isWhole || dropped === null ||
    lines.length + dropped / LINE_BYTES === said.length;
  return isInOrder && isAccounted;
}
