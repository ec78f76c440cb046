import { ExitCode } from "../../base/exit_code.ts";
import type { DaemonClient } from "../../client/client.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { ApplyPayload } from "../../protocol/project.ts";
import type { AppliedJob } from "../../protocol/reply.ts";
import type { CommandContext } from "../frame/command.ts";
import { toAppliedJson } from "./applied_json.ts";
import { askAgain } from "./ask_again.ts";
import { lastWords } from "../following/last_words.ts";
import { exitCodeOfEnd } from "../frame/exit_code_of_end.ts";
import { writeJson, writeNote } from "../frame/write.ts";
import { noteApplied, tellScheduled } from "./tell_plan.ts";
import { type Goal, hasBegun, UpGoals } from "./up_goals.ts";
import { UpReport } from "./up_report.ts";
import { type UpListener, watchUp } from "./watch_up.ts";

/** How an `up` is waited for. */
export interface UpOptions {
  readonly payload: ApplyPayload;
  /** Whether all of the project is meant, and not only what was named. */
  readonly isWhole: boolean;
  readonly waits: boolean;
  readonly timeoutMs: number | undefined;
  /** Its end is waited for. */
  readonly until: string | undefined;
}

/** What came of an `up`. */
export type UpResult = "ready" | "failed" | "timed_out" | "interrupted" | "started";

/** An `up` that was carried out, as far as it went. */
export interface UpOutcome {
  readonly result: UpResult;
  readonly code: number;
  readonly goals: UpGoals;
  /** The schedules of some count from now on. */
  readonly isScheduling: boolean;
}

/** Hands the project over, and waits for what was asked. */
export async function runUp(ctx: CommandContext, options: UpOptions): Promise<UpOutcome> {
  const { payload, isWhole, waits } = options;
  const applied = await askAgain(ctx, "apply", payload);
  const { jobs, missing = [] } = applied.reply;
  await noteApplied(ctx, jobs, { isWhole });
  const isScheduling = await tellScheduled(ctx, jobs);
  for (const each of missing) await writeNote(ctx, `The jobs cannot have ${each}`);
  const tasks = new Set(payload.jobs.filter(({ task }) => task).map(({ name }) => name));
  const goals = new UpGoals(jobs, tasks);
  if (!waits) return { result: "started", code: 0, goals, isScheduling };
  const outcome = await waitForGoals(ctx, { ...options, goals, first: applied.client });
  return { ...outcome, isScheduling };
}

interface Waiting extends UpOptions {
  readonly goals: UpGoals;
  readonly first: DaemonClient;
}

async function waitForGoals(
  ctx: CommandContext,
  options: Waiting,
): Promise<Omit<UpOutcome, "isScheduling">> {
  const { goals, first, timeoutMs, until } = options;
  const last = until === undefined ? undefined : goals.find(until);
  const limit = new AbortController();
  const cancelLimit = timeoutMs === undefined
    ? () => {}
    : ctx.clock.schedule(timeoutMs, () => limit.abort());
  const report = ctx.json ? SILENT : new UpReport(ctx);
  try {
    await watchUp(ctx, {
      ...{ goals, first, listener: report },
      signal: AbortSignal.any([ctx.signal, limit.signal]),
      isOver: () => last === undefined ? goals.areSettled : hasEnded(goals, last),
    });
  } finally {
    cancelLimit();
  }
  if (ctx.signal.aborted) return { result: "interrupted", code: ExitCode.interrupted, goals };
  if (limit.signal.aborted) {
    await seeTheRest(ctx, goals);
    return { result: "timed_out", code: ExitCode.timedOut, goals };
  }
  return { ...judge(goals, last), goals };
}

/** What the time was too short to be told of is to be named with how it is, too. */
async function seeTheRest(ctx: CommandContext, goals: UpGoals): Promise<void> {
  if (goals.all.every(({ job }) => job !== undefined)) return;
  const { request } = await ctx.source();
  for (const job of (await request("list", {})).jobs) goals.see(job);
}

const SILENT: UpListener = { onState: () => Promise.resolve() };

function hasEnded(goals: UpGoals, goal: Goal): boolean {
  const state = goals.stateOf(goal);
  if (state === "stuck" || state === "failed" || state === "done") return true;
  return hasBegun(goal) && !isUp(goal.job!.status) && goal.job!.desired === "down";
}

function judge(goals: UpGoals, last: Goal | undefined): Pick<UpOutcome, "result" | "code"> {
  if (last?.job !== undefined && goals.stateOf(last) !== "stuck") {
    const { exit_code, signal } = last.job;
    const code = exitCodeOfEnd({ code: exit_code, signal });
    return { result: code === 0 ? "ready" : "failed", code };
  }
  const hasFailed = goals.all.some((goal) => ["failed", "stuck"].includes(goals.stateOf(goal)));
  return hasFailed ? { result: "failed", code: ExitCode.failed } : { result: "ready", code: 0 };
}

/** What would be done, for other programs. */
export async function writePlan(ctx: CommandContext, jobs: readonly AppliedJob[]): Promise<void> {
  await writeJson(ctx, { result: "planned", jobs: toAppliedJson(jobs) });
}

/** What came of it, for other programs. */
export async function writeOutcome(
  ctx: CommandContext,
  { result, goals }: Pick<UpOutcome, "result" | "goals">,
): Promise<void> {
  const told = await Promise.all(goals.all.map(async (goal) => {
    const { job } = goal;
    const state = goals.stateOf(goal);
    const isTold = state === "failed" && hasBegun(goal);
    const last_lines = isTold ? await lastWords(ctx, job!) : undefined;
    const { name, job_id, action, is_new, changed } = goal.applied;
    return {
      ...job,
      name,
      id: job_id,
      state,
      action,
      is_new,
      changed,
      ...last_lines && { last_lines },
    };
  }));
  await writeJson(ctx, { result, jobs: told });
}
