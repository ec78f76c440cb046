import { AppError } from "../../base/app_error.ts";
import { delay } from "../../base/clock.ts";
import {
  isSameProcess,
  readIdentity,
  signalProcess,
} from "../../platform/processes/process_identity.ts";
import { remakeRunDirectory } from "../../platform/run_directory.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { CommandContext } from "../frame/command.ts";
import { restartDaemon } from "../frame/restart_daemon.ts";
import { type Finding, ok } from "./doctor_check.ts";
import { findSeenRuns, type SeenRun } from "./doctor_seen_runs.ts";
import { countOf } from "../output/count_of.ts";

/** From TERM to KILL. */
const GRACE_MS = 2_000;
const LOOK_INTERVAL_MS = 50;

/** Processes of jobs that nobody looks after: to be taken up where their run goes on, else to be ended. */
export async function checkProcesses(ctx: CommandContext): Promise<Finding[]> {
  const seen = findSeenRuns(ctx.paths).filter(({ pids }) => pids.length > 0);
  const client = await ctx.tryClient().catch(() => undefined);
  const { jobs } = await client?.request("list", {}) ?? { jobs: [] };
  const up = new Set(jobs.filter((job) => isUp(job.status)).map((job) => job.id));
  const unknown = seen.filter(({ jobId }) => !up.has(jobId));
  const toAdopt = client === undefined ? [] : unknown.filter(({ goesOn }) => goesOn);
  const left = unknown.filter(({ goesOn }) => !goesOn);
  const findings = [
    ...(toAdopt.length > 0 ? [offerAdoption(ctx, toAdopt)] : []),
    ...(left.length > 0 ? [offerEnd(ctx, left)] : []),
  ];
  if (findings.length > 0) return findings;
  const count = countOf(pidsOf(seen).length, "process", "processes");
  if (seen.length === 0) return [ok("no process of a job")];
  return [ok(
    client
      ? `${count} of jobs that are up`
      : `${count} of jobs go on; the next daemon takes them up`,
  )];
}

function pidsOf(runs: readonly SeenRun[]): number[] {
  return runs.flatMap(({ pids }) => pids);
}

function offerAdoption(ctx: CommandContext, runs: readonly SeenRun[]): Finding {
  return {
    level: "problem",
    text: `Runs go on that the daemon does not know: ${runs.map(({ runId }) => runId).join(", ")}`,
    hint: "imp doctor --fix has a new daemon take them up; no job is harmed",
    fix: async () => {
      for (const { runId, hasDirectory } of runs) {
        if (!hasDirectory) remakeRunDirectory(`${ctx.paths.runsDir}/${runId}`);
      }
      await restartDaemon(ctx);
      return `a new daemon took up ${countOf(runs.length, "run")}`;
    },
  };
}

function offerEnd(ctx: CommandContext, runs: readonly SeenRun[]): Finding {
  const pids = pidsOf(runs);
  return {
    level: "problem",
    text: `${countOf(pids.length, "process", "processes")} left by runs that have ended: ` +
      runs.map(({ runId, pids }) => `${pids.join(" ")} of ${runId}`).join(", "),
    hint: "imp doctor --fix ends them",
    fix: async () => {
      await endAll(ctx, pids);
      return `ended ${countOf(pids.length, "process", "processes")}`;
    },
  };
}

/** TERM, then KILL to those that stay. @throws AppError naming who could not be ended */
async function endAll({ clock }: CommandContext, pids: readonly number[]): Promise<void> {
  const processes = pids.flatMap((pid) => readIdentity(pid) ?? []);
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    for (const process of processes.filter(isSameProcess)) signalProcess(process, signal);
    const untilMs = clock.monotonic() + GRACE_MS;
    while (processes.some(isSameProcess) && clock.monotonic() < untilMs) {
      await delay(clock, LOOK_INTERVAL_MS);
    }
  }
  const survivors = processes.filter(isSameProcess).map(({ pid }) => pid);
  if (survivors.length === 0) return;
  throw new AppError("job.not_ended", `Processes that stay: ${survivors.join(", ")}`);
}
