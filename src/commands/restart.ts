import type { ReplyOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./command.ts";
import { JOB_EXIT_CODES } from "./exit_code_texts.ts";
import { expectStarted } from "./expect_started.ts";
import { ALL_FLAG, readJobs } from "./job_operands.ts";
import { describeNames } from "./output/describe_changes.ts";
import { formatEarlyEnd, hasFailedAtOnce, nameJob, whyNotStarted } from "./output/job_text.ts";
import { tellLetGo } from "./output/left_text.ts";
import { withProgress } from "./output/progress.ts";
import { writeJson, writeLines, writeNote } from "./output/write.ts";

/** `imp restart`: jobs go down and come up again. */
export const command: Command = {
  usage: ["restart JOB…", "restart --all"],
  description: "Stops jobs as imp stop does and starts them again. One that is down is started. " +
    "They keep the environment that they were added with; a note names what is different here, " +
    "which --update-env takes over.",
  flags: [
    ALL_FLAG,
    { name: "update-env", summary: "Take over what is different in the environment of this call" },
  ],
  operands: "jobs",
  examples: [
    { command: "imp restart api worker", what: "two jobs" },
    { command: "PORT=8080 imp restart --update-env api", what: "with another environment" },
  ],
  output: 'One line a job: Restarted job V3x (api), run 4. With --json {"jobs":[…]}.',
  exitCodes: {
    0: "they are up again",
    1: "one could not be restarted, or failed at once",
    ...JOB_EXIT_CODES,
  },
  async run(ctx, args) {
    const wanted = readJobs(args, "restart");
    const client = await ctx.client();
    const request = client.request("restart", {
      ...wanted,
      env: ctx.environment(),
      ...args.has("update-env") && { update_env: true },
    });
    const reply = await withProgress(ctx, "Restarting…", request);
    if (ctx.json) await writeJson(ctx, reply);
    else if (!ctx.quiet) {
      await writeLines(
        ctx,
        reply.jobs.filter((job) => whyNotStarted(job) === undefined && !hasFailedAtOnce(job))
          .map((job) => `Restarted job ${nameJob(job)}, run ${job.run}${formatEarlyEnd(job)}`),
      );
      if (reply.jobs.length === 0) await ctx.stdout.write("No jobs to restart\n");
    }
    await noteEnvironment(ctx, reply);
    await tellLetGo(ctx, reply.jobs);
    expectStarted(reply.jobs);
    return 0;
  },
};

async function noteEnvironment(
  ctx: CommandContext,
  { jobs, env_differs = [] }: ReplyOf<"restart">,
): Promise<void> {
  for (const { job_id, env_names } of env_differs) {
    const job = jobs.find(({ id }) => id === job_id)!;
    await writeNote(
      ctx,
      `Job ${nameJob(job)} keeps its environment; different here: ${describeNames(env_names)}. ` +
        "Taken over with: imp restart --update-env",
    );
  }
}
