import { sha256Of } from "../../base/sha256_of.ts";
import { digestFiles } from "../../platform/digest_files.ts";
import type { FileWatch } from "../../protocol/file_watch.ts";
import type { ApplyPayload, ProjectJob } from "../../protocol/project.ts";
import { digestJob } from "../../project/job_digests.ts";
import type { PlannedJob, ProjectPlan, WatchPlan } from "../../project/project_plan.ts";
import type { CommandContext } from "../frame/command.ts";
import { kindOfTerminal, sizeOfTerminal } from "../frame/own_terminal.ts";
import { toHealthCheck, toReadyCheck } from "./to_check.ts";

/** What is to become of a project. */
export type ApplyWishes = Pick<
  ApplyPayload,
  "up" | "scheduled" | "only_up" | "confirmed" | "taken" | "prune" | "dry_run"
>;

/** A plan as the daemon takes it, with the environment and the place of this call. */
export async function toApply(
  ctx: CommandContext,
  plan: ProjectPlan,
  wishes: ApplyWishes,
): Promise<ApplyPayload> {
  const jobs = await Promise.all(plan.jobs.map((job) => toProjectJob(ctx, job)));
  return {
    file: plan.file,
    digest: await sha256Of(JSON.stringify(
      jobs.map(({ name, restart_digests, live_digests }) => [name, restart_digests, live_digests]),
    )),
    env: ctx.environment(),
    umask: ctx.umask(),
    surroundings: await ctx.surroundings(),
    standing: await ctx.standing(),
    owner: await ctx.owner(),
    jobs,
    ...wishes,
  };
}

async function toProjectJob(
  ctx: CommandContext,
  job: PlannedJob,
): Promise<ProjectJob> {
  const { name, description, restart, stop, workdir, stdin, groups, depends_on, task } = job;
  const env = Object.entries(job.env);
  const digests = await digestJob(job);
  return {
    ...{ name, workdir, restart, groups: [...groups], task },
    command: [...job.command],
    env: {
      ...job.tty && { TERM: kindOfTerminal(ctx) },
      ...Object.fromEntries(
        env.flatMap(([key, value]) => value === null ? [] : [[key, value]]),
      ),
    },
    unset_env: env.flatMap(([key, value]) => value === null ? [key] : []),
    ...description !== undefined && { description },
    ...stop.signal !== undefined && { stop_signal: stop.signal },
    ...stop.timeout_ms !== undefined && { stop_timeout_ms: stop.timeout_ms },
    ...stop.command !== undefined && { stop_command: [...stop.command] },
    ...stdin && { stdin },
    ...job.tty && { tty: true, terminal_size: sizeOfTerminal(ctx) },
    ...job.ports.length > 0 && {
      ports: Object.fromEntries(job.ports.map(({ name, wish }) => [name, wish])),
    },
    ...job.ready && { ready: toReadyCheck(job.ready) },
    ...job.health && { health: toHealthCheck(job.health) },
    ...job.watch && { watch: toFileWatch(job.watch) },
    ...limitsOf(job),
    depends_on: depends_on.map((need) => ({ ...need })),
    ...job.inputs.length > 0 && { inputs: await digestFiles(workdir, job.inputs) },
    ...job.confirm && { confirm: true },
    restart_digests: { ...digests.restart },
    live_digests: { ...digests.live },
  };
}

/** When it is started by itself, how much it may use, and how much is kept of it. */
function limitsOf({ memory_limit_bytes, log_max_bytes, runs_kept, schedule }: PlannedJob) {
  return {
    ...schedule !== undefined && { schedule: { ...schedule } },
    ...memory_limit_bytes !== undefined && { memory_limit_bytes },
    ...log_max_bytes !== undefined && { log_max_bytes },
    ...runs_kept !== undefined && { runs_kept },
  };
}

function toFileWatch({ paths, ignore, ...how }: WatchPlan): FileWatch {
  return { paths: [...paths], ignore: [...ignore], ...how };
}
