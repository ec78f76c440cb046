import { STANDARD_BYTES } from "../../mcp/budgets.ts";
import type { TaskView } from "../../mcp/tool_box.ts";
import { parseRunId } from "../../base/ids.ts";
import { runLogPaths } from "../../logs/log_paths.ts";
import { listDaemonIds, resolvePaths } from "../../platform/paths.ts";
import { fileExists } from "../../platform/remove_file.ts";
import type { AddReply } from "../../protocol/reply.ts";
import type { JobView, RunView } from "../../protocol/job_view.ts";
import { type CallContext, type CallWorld, openCall } from "./call_context.ts";
import { describeEnd } from "./describe_end.ts";
import { toJobData } from "./job_data.ts";
import { toOutputAnswer } from "./output_answer.ts";
import { readOutput } from "./output_reading.ts";

/** A run as it is found by its task. */
interface FoundRun {
  readonly daemonId: string;
  readonly jobId: string;
  readonly run: number;
}

/**
 * The task of a run that has begun. Its id is that of the run; of a project that is not the server's own, the daemon
 * stands before it.
 */
export async function toNewTask(
  world: CallWorld,
  ctx: CallContext,
  { job, run_id }: AddReply,
): Promise<TaskView> {
  const isOwn = ctx.daemonId === await ownDaemonId(world);
  const startedAt = job.started_at ?? job.created_at;
  return {
    taskId: isOwn ? run_id : `${ctx.daemonId}/${run_id}`,
    status: "working",
    statusMessage: describeEnd(ctx, job, "started"),
    createdAt: startedAt,
    lastUpdatedAt: startedAt,
  };
}

/** How the run of a task is; undefined where nothing is known of it (any more). */
export async function lookAtRun(
  world: CallWorld,
  taskId: string,
  signal: AbortSignal,
): Promise<TaskView | undefined> {
  const place = await findRun(world, taskId);
  if (place === undefined) return undefined;
  const { daemonId, jobId } = place;
  await using ctx = await openCall(world, { command: "show", cwd: undefined, daemonId, signal });
  const { job, runs } = await (await ctx.source()).request("get_job", { job: jobId });
  const run = runs.find((each) => each.run === place.run);
  return run && await toTask(ctx, { taskId, job: jobOfRun(job, run), run });
}

/** Stops the job whose run a task is, if that goes on; false where there is none. */
export async function cancelRun(
  world: CallWorld,
  taskId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const place = await findRun(world, taskId);
  if (place === undefined) return false;
  const { daemonId, jobId } = place;
  await using ctx = await openCall(world, { command: "stop", cwd: undefined, daemonId, signal });
  const source = await ctx.source();
  const { job, runs } = await source.request("get_job", { job: jobId });
  const run = runs.find((each) => each.run === place.run);
  const isOn = run?.finished_at === null && job.run === run.run;
  if (isOn) await source.client?.request("stop", { jobs: [job.id] }, { signal });
  return run !== undefined;
}

async function toTask(
  ctx: CallContext,
  { taskId, job, run }: { readonly taskId: string; readonly job: JobView; readonly run: RunView },
): Promise<TaskView> {
  const statusMessage = describeEnd(ctx, job, run.finished_at === null ? "started" : "exited");
  const lastUpdatedAt = run.finished_at ?? run.started_at;
  const task = { taskId, statusMessage, createdAt: run.started_at, lastUpdatedAt };
  if (run.finished_at === null) return { ...task, status: "working" };
  if (run.outcome === "stopped") return { ...task, status: "cancelled" };
  const read = await readOutput(ctx, { job, run: run.run, maxBytes: STANDARD_BYTES });
  const answer = toOutputAnswer({
    head: [statusMessage],
    data: { ...toJobData(job), run_id: run.run_id, outcome: "exited" },
  }, read);
  return { ...task, status: "completed", answer };
}

/** The job as it was when this run was its last one. */
function jobOfRun(job: JobView, run: RunView): JobView {
  if (job.run === run.run) return job;
  return {
    ...job,
    ...{ run: run.run, status: run.outcome as JobView["status"], pid: null, ports: [] },
    ...{ exit_code: run.exit_code, signal: run.signal, reason: run.reason },
    ...{ started_at: run.started_at, finished_at: run.finished_at, left: 0, let_go: 0 },
  };
}

/** Where the run of a task is: in the server's own project if it is there, else wherever there is one of this id. */
async function findRun(world: CallWorld, taskId: string): Promise<FoundRun | undefined> {
  const slash = taskId.lastIndexOf("/");
  const parsed = parseRunId(taskId.slice(slash + 1));
  if (parsed === undefined) return undefined;
  const { jobId, run } = parsed;
  const { env } = world.ctx;
  const all = listDaemonIds(env);
  const own = await ownDaemonId(world);
  const ids = slash < 0 ? [own, ...all] : all.filter((id) => id === taskId.slice(0, slash));
  const daemonId = ids.find((id) =>
    fileExists(runLogPaths(resolvePaths(id, env).logsDir, jobId, run).stdout)
  );
  return daemonId === undefined ? undefined : { daemonId, jobId, run };
}

/** That of the server's own directory. */
async function ownDaemonId(world: CallWorld): Promise<string> {
  const { signal } = new AbortController();
  await using ctx = await openCall(world, { command: "show", cwd: undefined, signal });
  return ctx.daemonId;
}
