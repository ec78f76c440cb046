import { toIsoTime } from "../base/clock.ts";
import type { ReplyOf } from "../protocol/request.ts";
import type { Command } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { readOneJob } from "./frame/job_operands.ts";
import { renderJobDetails } from "./output/job_details.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import { findRunDrops, type RunDrop } from "./frame/run_drops.ts";

/** What `imp show` knows of a job. */
export type JobDetails = ReplyOf<"get_job">;

/** `imp show`: all about one job. */
export const command: Command = {
  usage: ["show JOB"],
  description:
    "Shows the job's definition, its runs with their durations and outcomes, where its " +
    "output is, the ports it listens on, and the names of its environment variables: never values.",
  flags: [],
  operands: "jobs",
  examples: [
    { command: "imp show api", what: "by name" },
    { command: "imp show V3x --json | jq -r .stdout_path", what: "for scripts" },
  ],
  output: "Lines of a name and a value, then a table of the runs. With --json the job, with " +
    '"runs", "env_names", "success_percent", "average_duration_ms", "shortest_", "longest_" and ' +
    '"usual_duration_ms" of the runs that are kept, and "drops", what of the output of its runs was ' +
    'dropped: {"run","stream","time","bytes","reason"}; where "bytes" is null, nobody has counted.',
  exitCodes: { 0: "done", ...JOB_EXIT_CODES },
  async run(ctx, args) {
    const job = readOneJob(args, "show");
    const details = await (await ctx.source()).request("get_job", { job });
    const drops = findRunDrops(ctx, details);
    if (ctx.json) {
      const { job: view, ...rest } = details;
      await writeJson(ctx, { ...view, ...rest, drops: drops.map(toJsonDrop) });
      return 0;
    }
    const width = ctx.stdout.isTerminal ? ctx.stdout.columns : undefined;
    const nowMs = ctx.clock.now();
    const options = { nowMs, width, color: ctx.color, drops };
    await writeLines(ctx, await renderJobDetails(details, options));
    return 0;
  },
};

function toJsonDrop({ run, stream, timeMs, bytes, reason }: RunDrop) {
  return { run, stream, time: toIsoTime(timeMs), bytes, reason };
}
