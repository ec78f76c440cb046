import type { TaskView, ToolAnswer, ToolCall } from "../../mcp/tool_box.ts";
import { STANDARD_BYTES } from "../../mcp/budgets.ts";
import type { ToolArguments } from "../../mcp/tools.ts";
import type { AddReply } from "../../protocol/reply.ts";
import { expectUnderstood, readJobSpec } from "../frame/job_spec.ts";
import { ParsedArgs } from "../frame/parse_args.ts";
import { expectReadiness } from "../frame/wait_flag.ts";
import { noteAdded } from "../output/describe_added.ts";
import { expectStarted } from "../output/expect_started.ts";
import { tellLetGo } from "../output/left_text.ts";
import type { CallContext } from "./call_context.ts";
import { describeEnd, type Outcome } from "./describe_end.ts";
import { toJobData } from "./job_data.ts";
import { awaitJob } from "./await_job.ts";
import { toOutputAnswer } from "./output_answer.ts";
import { readOutput } from "./output_reading.ts";

/** A call of a tool that waits. */
export interface WaitingCall<Args> {
  readonly args: Args;
  readonly call: ToolCall;
  readonly timeoutMs: number;
}

const ACTIONS: Readonly<Record<AddReply["action"], string>> = {
  created: "new job",
  started: "known job, started again",
  joined: "it was up already, joined",
};

/** `imp_run`: a command as a job, until it has ended, is ready or has begun; or the task that its run is. */
export async function runCommand(
  ctx: CallContext,
  { args, call, timeoutMs }: WaitingCall<ToolArguments<"imp_run">>,
  toTask: (reply: AddReply) => Promise<TaskView>,
): Promise<ToolAnswer | TaskView> {
  const { until = "exit", max_bytes = STANDARD_BYTES } = args;
  const spec = await readJobSpec(ctx, toArgs(args), "run");
  const client = await ctx.client();
  await expectUnderstood(client, spec);
  if (until === "ready") await expectReadiness(client);
  const reply = await client.request("run", spec, { signal: ctx.signal });
  const { run_id, action } = reply;
  await noteAdded(ctx, reply, { wantsLease: false });
  if (action !== "joined") await tellLetGo(ctx, [reply.job]);
  expectStarted([reply.job], []);
  if (until === "exit" && call.mayBeTask) return await toTask(reply);
  const { job, outcome } = until === "started"
    ? { job: reply.job, outcome: "started" as Outcome }
    : await awaitJob(ctx, {
      ...{ client, call, timeoutMs, job: reply.job },
      for: until === "exit" ? "exited" : "ready",
    });
  const notes = ctx.takeText();
  const read = await readOutput(ctx, { job, run: reply.job.run, maxBytes: max_bytes });
  return toOutputAnswer({
    head: [`${describeEnd(ctx, job, outcome)} (${ACTIONS[action]})`],
    notes,
    data: { ...toJobData(job), run_id, action, outcome },
  }, read);
}

function toArgs({ command, name, ready, env = {} }: ToolArguments<"imp_run">): ParsedArgs {
  const flags: [string, string[]][] = [
    ["name", name === undefined ? [] : [name]],
    ["ready", ready === undefined ? [] : [ready]],
    ["env", Object.entries(env).map(([key, value]) => `${key}=${value}`)],
  ];
  const words = typeof command === "string" ? ["sh", "-c", command] : command;
  return new ParsedArgs(new Map(flags.filter(([, values]) => values.length > 0)), words);
}
