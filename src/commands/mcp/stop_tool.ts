import type { ToolAnswer } from "../../mcp/tool_box.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import { isUp } from "../../protocol/job_status.ts";
import { findJobs } from "../frame/find_jobs.ts";
import { countOf } from "../output/count_of.ts";
import { nameJob } from "../output/job_text.ts";
import { describeSurvivor } from "../output/survivor_text.ts";
import type { CallContext } from "./call_context.ts";
import { toJobData } from "./job_data.ts";
import { formatStatus } from "../../view/status_words.ts";

/** `imp_stop`: jobs go down with everything they started. */
export async function stopJobs(
  ctx: CallContext,
  { jobs: wanted, signal }: { readonly jobs: string[]; readonly signal?: string | undefined },
): Promise<ToolAnswer> {
  const how = signal === undefined ? {} : { signal: parseSignal(signal).name };
  const source = await ctx.source();
  const before = await findJobs(source, { jobs: wanted });
  const wasUp = new Set(before.filter(({ status }) => isUp(status)).map(({ id }) => id));
  const { jobs, survivors } = source.client === undefined
    ? { jobs: before, survivors: [] }
    : await source.client.request("stop", { jobs: wanted, ...how }, { signal: ctx.signal });
  const lines = [
    ...jobs.map((job) =>
      isUp(job.status)
        ? `${nameJob(job)} is ${formatStatus(job)}`
        : wasUp.has(job.id)
        ? `${nameJob(job)} stopped`
        : `${nameJob(job)} was down already (${formatStatus(job)})`
    ),
    `${countOf(survivors.length, "process", "processes")} left`,
    ...survivors.map(describeSurvivor),
  ];
  return {
    text: lines.join("\n"),
    data: { jobs: jobs.map((job) => toJobData(job)), processes_left: survivors.length },
    isError: survivors.length > 0,
  };
}
