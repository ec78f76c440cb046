import type { Command } from "./command.ts";
import { JOB_EXIT_CODES } from "./exit_code_texts.ts";
import { expectStarted } from "./expect_started.ts";
import { ALL_FLAG, readJobs } from "./job_operands.ts";
import { nameJob, whyNotStarted } from "./output/job_text.ts";
import { withProgress } from "./output/progress.ts";
import { writeJson, writeLines } from "./output/write.ts";

/** `imp restart`: jobs go down and come up again. */
export const command: Command = {
  usage: ["restart JOB…", "restart --all"],
  description: "Stops jobs as imp stop does and starts them again. One that is down is started.",
  flags: [ALL_FLAG],
  operands: "jobs",
  examples: [{ command: "imp restart api worker", what: "two jobs" }],
  output: 'One line a job: Restarted job V3x (api), run 4. With --json {"jobs":[…]}.',
  exitCodes: { 0: "they are up again", 1: "one could not be restarted", ...JOB_EXIT_CODES },
  async run(ctx, args) {
    const wanted = readJobs(args, "restart");
    const client = await ctx.client();
    const reply = await withProgress(ctx, "Restarting…", client.request("restart", wanted));
    if (ctx.json) await writeJson(ctx, reply);
    else if (!ctx.quiet) {
      await writeLines(
        ctx,
        reply.jobs.filter((job) => whyNotStarted(job) === undefined)
          .map((job) => `Restarted job ${nameJob(job)}, run ${job.run}`),
      );
      if (reply.jobs.length === 0) await ctx.stdout.write("No jobs to restart\n");
    }
    expectStarted(reply.jobs);
    return 0;
  },
};
