import type { ToolAnswer } from "../../mcp/tool_box.ts";
import { STANDARD_BYTES } from "../../mcp/budgets.ts";
import type { ToolArguments } from "../../mcp/tools.ts";
import { awaitOutput } from "../following/await_output.ts";
import { readPattern } from "../frame/read_pattern.ts";
import { expectReadiness } from "../frame/wait_flag.ts";
import { AppError } from "../../base/app_error.ts";
import { awaitJob, withProgress } from "./await_job.ts";
import type { CallContext } from "./call_context.ts";
import { describeEnd, type Outcome } from "./describe_end.ts";
import { toJobData } from "./job_data.ts";
import { toFlags } from "./logs_tool.ts";
import { toOutputAnswer } from "./output_answer.ts";
import { readOutput } from "./output_reading.ts";
import type { WaitingCall } from "./run_tool.ts";
import type { JobView } from "../../protocol/job_view.ts";

/** Without a cursor so many of the last lines are told. */
const LAST_LINES = 20;

interface Waited {
  readonly job: JobView;
  readonly outcome: Outcome;
  readonly match?: string;
}

/** `imp_wait`: until a job is what is waited for, with what it printed since a cursor. */
export async function waitForJob(
  ctx: CallContext,
  given: WaitingCall<ToolArguments<"imp_wait">>,
): Promise<ToolAnswer> {
  const { cursor } = given.args;
  const { job, outcome, match } = await wait(ctx, given);
  const notes = ctx.takeText();
  const lastLines = cursor === undefined ? LAST_LINES : undefined;
  const read = await readOutput(ctx, { job, cursor, lastLines, maxBytes: STANDARD_BYTES });
  return toOutputAnswer({
    head: [
      describeEnd(ctx, job, outcome),
      ...match === undefined ? [] : [`matched: ${match}`],
    ],
    notes,
    data: { ...toJobData(job), outcome, ...match !== undefined && { match } },
  }, read);
}

async function wait(
  ctx: CallContext,
  { args, call, timeoutMs }: WaitingCall<ToolArguments<"imp_wait">>,
): Promise<Waited> {
  const wish = args.for ?? "exited";
  const client = await ctx.client();
  const { job } = await client.request("get_job", { job: args.job });
  if (wish === "exited" || wish === "ready") {
    if (wish === "ready") await expectReadiness(client);
    return await awaitJob(ctx, { client, call, job, for: wish, timeoutMs });
  }
  const text = wish.slice("output:".length);
  const regex = /^\/(.+)\/$/s.exec(text)?.[1] ?? text;
  const pattern = readPattern(toFlags({ output: regex }), "output")!;
  const options = { client, jobs: [job.id], pattern, isAny: true, timeoutMs };
  try {
    const waiting = awaitOutput(ctx, options);
    const [found] = await withProgress(ctx, { call, job }, waiting);
    const match = found!.match?.text;
    if (match === undefined) return { job: found!.job, outcome: "ended" };
    return { job: found!.job, outcome: "matched", match };
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AppError) || error.code !== "wait.timed_out") throw error;
    const now = await (await ctx.source()).request("get_job", { job: job.id });
    return { job: now.job, outcome: "timed_out" };
  }
}
