import { parseSignal } from "../platform/os_signals.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { ReplyOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./command.ts";
import { JOB_EXIT_CODES } from "./exit_code_texts.ts";
import { findJobs } from "./find_jobs.ts";
import { ALL_FLAG, readJobs } from "./job_operands.ts";
import { countOf } from "./output/count_of.ts";
import { formatStatus, nameJob } from "./output/job_text.ts";
import { withProgress } from "./output/progress.ts";
import { writeSurvivors } from "./output/survivor_text.ts";
import { writeJson, writeLines } from "./output/write.ts";

/** `imp stop`: jobs go down with everything they started. */
export const command: Command = {
  usage: ["stop JOB… [--signal SIGNAL] [--timeout TIME]", "stop --all"],
  description: "Asks the job's process group to stop, waits, and kills what is left of it, " +
    "children and grandchildren included. A job that is down is left alone.",
  flags: [
    ALL_FLAG,
    {
      name: "signal",
      value: "SIGNAL",
      summary: "What asks it to stop (default: the job's own, TERM)",
      complete: "signals",
    },
    {
      name: "timeout",
      value: "TIME",
      summary: "How long it may take before it is killed (default: the job's own, 10s)",
    },
  ],
  operands: "jobs",
  examples: [
    { command: "imp stop api", what: "gently" },
    { command: "imp stop --timeout 0s api", what: "at once" },
    { command: "imp stop --all", what: "every job" },
  ],
  output: 'One line a job: Stopped job V3x (api). With --json {"jobs":[…],"survivors":[…]}.',
  exitCodes: { 0: "they are down", 1: "a process is still there", ...JOB_EXIT_CODES },
  async run(ctx, args) {
    const wanted = readJobs(args, "stop");
    const signal = args.value("signal");
    const timeoutMs = args.duration("timeout");
    const how = {
      ...(signal === undefined ? {} : { signal: parseSignal(signal).name }),
      ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    };
    const source = await ctx.source();
    const before = await source.request("list", {});
    const wasUp = new Set(before.jobs.filter((job) => isUp(job.status)).map((job) => job.id));
    const request = source.client?.request("stop", { ...wanted, ...how }) ??
      findJobs(source, wanted).then((jobs) => ({ jobs, survivors: [] }));
    const reply = await withProgress(ctx, "Stopping…", request);
    if (ctx.json) await writeJson(ctx, reply);
    else await writeStopped(ctx, reply, { wasUp, all: wanted.all === true });
    return reply.survivors.length > 0 ? 1 : 0;
  },
};

async function writeStopped(
  ctx: CommandContext,
  reply: ReplyOf<"stop">,
  { wasUp, all }: { wasUp: ReadonlySet<string>; all: boolean },
): Promise<void> {
  // Who names a job wants to hear of it; of all jobs those that were down are no news.
  const ended = new Map(reply.ended?.map(({ job_id, processes }) => [job_id, processes]));
  const told = reply.jobs.filter((job) => !all || wasUp.has(job.id) || ended.has(job.id));
  const isStuck = (job: JobView) => isUp(job.status);
  if (!ctx.quiet) {
    await writeLines(
      ctx,
      told.filter((job) => !isStuck(job)).map((job) =>
        wasUp.has(job.id)
          ? `Stopped job ${nameJob(job)}`
          : `Job ${nameJob(job)} is already down (${formatStatus(job)})${
            formatEnded(ended.get(job.id))
          }`
      ),
    );
    if (told.length === 0) await ctx.stdout.write("No jobs to stop\n");
  }
  await writeSurvivors(ctx, reply.survivors);
}

function formatEnded(processes: number | undefined): string {
  if (processes === undefined) return "";
  return `; ended ${countOf(processes, "process", "processes")} that it had left`;
}
