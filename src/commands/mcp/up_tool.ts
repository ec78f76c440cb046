import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import { STANDARD_BYTES } from "../../mcp/budgets.ts";
import type { ToolAnswer } from "../../mcp/tool_box.ts";
import type { ToolArguments } from "../../mcp/tools.ts";
import { ParsedArgs } from "../frame/parse_args.ts";
import { runUp, type UpOutcome, type UpResult } from "../project/run_up.ts";
import { toApply } from "../project/to_apply.ts";
import type { Goal, GoalState } from "../project/up_goals.ts";
import { readUpWishes } from "../project/up_names.ts";
import type { CallContext } from "./call_context.ts";
import { clipMiddle } from "./clip_middle.ts";
import { MOST_JOBS, toJobData } from "./job_data.ts";
import { type Agreement, agreeOnProject } from "./project_agreement.ts";
import { formatStatus } from "../../view/status_words.ts";

/** How an `up` is waited for. */
export interface UpToolOptions {
  readonly args: ToolArguments<"imp_up">;
  readonly timeoutMs: number;
  /** Makes the world of the call; anew once a file counts that did not. */
  readonly open: () => Promise<CallContext>;
}

/** `imp_up`: what the project declares comes up, once somebody has seen what that is. */
export async function bringUp({ args, timeoutMs, open }: UpToolOptions): Promise<ToolAnswer> {
  const agreement = await agreeInContext(open, args.confirm);
  if ("answer" in agreement) return agreement.answer;
  await using ctx = await open();
  const { plan } = agreement.project;
  const { jobs = [] } = args;
  const wishes = readUpWishes(plan, new ParsedArgs(new Map(), jobs));
  const payload = await toApply(ctx, plan, wishes);
  const how = { waits: true, timeoutMs, until: undefined };
  const outcome = await runUp(ctx, { ...how, payload, isWhole: jobs.length === 0 });
  ctx.signal.throwIfAborted();
  return toAnswer(ctx, outcome, timeoutMs);
}

async function agreeInContext(
  open: () => Promise<CallContext>,
  confirm: string | undefined,
): Promise<Agreement> {
  await using ctx = await open();
  return await agreeOnProject(ctx, confirm);
}

function toAnswer(
  ctx: CallContext,
  { result, goals }: UpOutcome,
  timeoutMs: number,
): ToolAnswer {
  const isPending = (goal: Goal) => goals.stateOf(goal) === "pending";
  const pending = goals.all.filter(isPending).map(({ applied, job }) =>
    `${escapeLabel(applied.name)}${job === undefined ? "" : ` (${formatStatus(job)})`}`
  );
  const hasNews = goals.all.some(({ applied: { action } }) => isBegun(action));
  const told = clipMiddle(ctx.takeText(), STANDARD_BYTES);
  const head = result === "timed_out"
    ? `Not ready after ${formatDuration(timeoutMs)}, goes on: ${pending.join(", ")}; call again`
    : result === "ready" && !hasNews
    ? "Up to date"
    : HEADS[result];
  const states = goals.all.map((goal) => ({ goal, state: goals.stateOf(goal) }));
  const shown = states.toSorted((one, other) => rankOf(one.state) - rankOf(other.state));
  const jobs = shown.slice(0, MOST_JOBS).map(({ goal, state }) => ({
    ...goal.job === undefined ? { name: goal.applied.name } : toJobData(goal.job),
    state,
    action: goal.applied.action,
  }));
  const omitted = shown.length - jobs.length;
  return {
    text: told === "" ? head : `${head}\n${told}`,
    data: {
      ...{ daemon_id: ctx.daemonId, result, jobs },
      ...omitted > 0 && { omitted },
      ...told !== "" && { text: told },
    },
  };
}

/** What failed comes first, what is as it should be last. */
function rankOf(state: GoalState): number {
  return ["failed", "stuck", "pending", "ready", "done"].indexOf(state);
}

const HEADS: Readonly<Record<UpResult, string>> = {
  ready: "All is ready",
  failed: "Failed; the rest stays up",
  timed_out: "Not ready",
  interrupted: "Interrupted",
  started: "Started",
};

function isBegun(action: string): boolean {
  return action === "start" || action === "restart";
}
