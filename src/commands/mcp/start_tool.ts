import type { ToolAnswer } from "../../mcp/tool_box.ts";
import { expectStarted } from "../output/expect_started.ts";
import { tellLetGo } from "../output/left_text.ts";
import { tellPorts } from "../output/port_text.ts";
import type { CallContext } from "./call_context.ts";
import { describeJob } from "./describe_job.ts";
import { toJobData } from "./job_data.ts";

/** `imp_start`: jobs come up as they are defined; with `restart` also those that are up. */
export async function startJobs(
  ctx: CallContext,
  { jobs: wanted, restart = false }: {
    readonly jobs: string[];
    readonly restart?: boolean | undefined;
  },
): Promise<ToolAnswer> {
  const client = await ctx.client();
  const how = { signal: ctx.signal };
  const { jobs, joined = [] } = restart
    ? { ...await client.request("restart", { jobs: wanted }, how), joined: [] }
    : await client.request("start", { jobs: wanted }, how);
  const begun = jobs.filter(({ id }) => !joined.includes(id));
  await tellLetGo(ctx, begun);
  await tellPorts(ctx, begun);
  expectStarted(jobs);
  const nowMs = ctx.clock.now();
  const actionOf = (id: string) =>
    joined.includes(id) ? "joined" : restart ? "restarted" : "started";
  const notes = ctx.takeText();
  return {
    text: [
      ...jobs.map((job) => `${actionOf(job.id)}: ${describeJob(job, nowMs)}`),
      ...notes === "" ? [] : [notes],
    ].join("\n"),
    data: { jobs: jobs.map((job) => ({ ...toJobData(job), action: actionOf(job.id) })) },
  };
}
