import type { Command } from "./command.ts";
import { JOB_EXIT_CODES } from "./exit_code_texts.ts";
import { expectStarted } from "./expect_started.ts";
import { ALL_FLAG, readJobs } from "./job_operands.ts";
import {
  formatEarlyEnd,
  formatStatus,
  hasFailedAtOnce,
  nameJob,
  whyNotStarted,
} from "./output/job_text.ts";
import { tellLetGo } from "./output/left_text.ts";
import { writeJson, writeLines } from "./output/write.ts";

/** `imp start`: jobs that are down come up. */
export const command: Command = {
  usage: ["start JOB…", "start --all"],
  description: "Starts jobs that are down as they were added. One that is up is left alone.",
  flags: [ALL_FLAG],
  operands: "jobs",
  examples: [
    { command: "imp start api", what: "by name" },
    { command: "imp start V3 Kp", what: "several, by the beginning of their ids" },
  ],
  output: 'One line a job: Started job V3x (api). With --json {"jobs":[…]}, each ' +
    'with "action": started, or joined when it was up already.',
  exitCodes: {
    0: "they are up",
    1: "one could not be started, or failed at once",
    ...JOB_EXIT_CODES,
  },
  async run(ctx, args) {
    const wanted = readJobs(args, "start");
    const client = await ctx.client();
    const reply = await client.request("start", wanted);
    const wasUp = new Set(reply.joined);
    if (ctx.json) {
      const actionOf = (id: string) => wasUp.has(id) ? "joined" : "started";
      await writeJson(ctx, {
        jobs: reply.jobs.map((job) => ({ ...job, action: actionOf(job.id) })),
      });
    } else if (!ctx.quiet) {
      await writeLines(
        ctx,
        reply.jobs.filter((job) => whyNotStarted(job) === undefined && !hasFailedAtOnce(job))
          .map((job) =>
            wasUp.has(job.id)
              ? `Job ${nameJob(job)} is already up (${formatStatus(job)})`
              : `Started job ${nameJob(job)}${formatEarlyEnd(job)}`
          ),
      );
      if (reply.jobs.length === 0) await ctx.stdout.write("No jobs to start\n");
    }
    await tellLetGo(ctx, reply.jobs.filter((job) => !wasUp.has(job.id)));
    expectStarted(reply.jobs);
    return 0;
  },
};
