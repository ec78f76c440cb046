import type { ToolAnswer } from "../../mcp/tool_box.ts";
import { isInTrouble } from "../../protocol/is_in_trouble.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { isUp } from "../../protocol/job_status.ts";
import { formatCommand } from "../output/format_command.ts";
import { countOf } from "../output/count_of.ts";
import type { Judgment } from "../why/cause.ts";
import { explainJobs } from "../why/find_answers.ts";
import type { CallContext } from "./call_context.ts";
import { describeJob } from "./describe_job.ts";
import { MOST_JOBS, toJobData } from "./job_data.ts";
import { readOutput } from "./output_reading.ts";

/** Of what one has said on stderr. */
const STDERR_LINES = 5;
const STDERR_BYTES = 1_000;

/** `imp_status`: the jobs of the project, what failed first; or all that matters of one. */
export async function showStatus(
  ctx: CallContext,
  { job }: { readonly job?: string | undefined },
): Promise<ToolAnswer> {
  const source = await ctx.source();
  const { jobs, notices = [] } = await source.request("list", {});
  if (job !== undefined) {
    const { job: view } = await source.request("get_job", { job });
    const [answer] = await explainJobs({ ctx, source, jobs }, [view]);
    return await showOne(ctx, view, answer!.judgment);
  }
  const shown = jobs.toSorted((one, other) => rankOf(one) - rankOf(other)).slice(0, MOST_JOBS);
  const answers = await explainJobs({ ctx, source, jobs }, shown.filter(isInTrouble));
  const why = new Map(answers.map(({ facts, judgment }) => [facts.job.id, judgment]));
  const omitted = jobs.length - shown.length;
  const where = `${ctx.project.dir} (daemon ${ctx.daemonId})`;
  const nowMs = ctx.clock.now();
  const printed = ctx.takeText();
  const notes = [...printed === "" ? [] : [printed], ...notices];
  const lines = [
    jobs.length === 0 ? `No jobs in ${where}` : `${countOf(jobs.length, "job")} in ${where}:`,
    ...shown.map((each) => describeJob(each, nowMs, why.get(each.id))),
    ...omitted > 0 ? [`and ${omitted} more: imp_status with job`] : [],
    ...notes,
  ];
  const data = {
    ...{ daemon_id: ctx.daemonId, project_dir: ctx.project.dir },
    jobs: shown.map((each) => toJobData(each, why.get(each.id))),
    ...omitted > 0 && { omitted },
    ...notes.length > 0 && { notes },
  };
  return { text: lines.join("\n"), data };
}

/** What something is wrong with comes first, then what is up. */
function rankOf(job: JobView): number {
  if (isInTrouble(job)) return 0;
  return isUp(job.status) ? 1 : 2;
}

async function showOne(ctx: CallContext, job: JobView, why: Judgment): Promise<ToolAnswer> {
  const { text: stderr } = await readOutput(ctx, {
    ...{ job, streams: ["stderr"], lastLines: STDERR_LINES, maxBytes: STDERR_BYTES },
  });
  const command = formatCommand(job.command);
  const lines = [
    describeJob(job, ctx.clock.now(), why),
    ...why.hint === undefined ? [] : [`next: ${why.hint}`],
    `run ${job.run} of ${command} in ${job.workdir}`,
    ...stderr === "" ? [] : ["stderr:", stderr],
  ];
  const data = { ...toJobData(job, why), command: job.command, workdir: job.workdir, stderr };
  return { text: lines.join("\n"), data: { daemon_id: ctx.daemonId, ...data } };
}
