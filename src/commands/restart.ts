import type { ReplyOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES, WAIT_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectStarted } from "./output/expect_started.ts";
import { ALL_FLAG, CONFIRM_FLAG, readJobs } from "./frame/job_operands.ts";
import { describeNames } from "./output/describe_changes.ts";
import { formatEarlyEnd, hasFailedAtOnce, nameJob, whyNotStarted } from "./output/job_text.ts";
import { tellLetGo } from "./output/left_text.ts";
import { noteOwners } from "./output/owner_text.ts";
import { tellPorts } from "./output/port_text.ts";
import { withProgress } from "./output/progress.ts";
import { expectReadiness, readWait, WAIT_FLAG } from "./frame/wait_flag.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";

/** `imp restart`: jobs go down and come up again. */
export const command: Command = {
  usage: ["restart JOB… [--wait [TIME]]", "restart --all [--wait [TIME]]"],
  description: "Stops jobs as imp stop does and starts them again. One that is down is started. " +
    "They keep the environment that they were added with; a note names what is different here, " +
    "which --update-env takes over.",
  flags: [
    ALL_FLAG,
    CONFIRM_FLAG,
    WAIT_FLAG,
    { name: "update-env", summary: "Take over what is different in the environment of this call" },
  ],
  operands: "jobs and groups",
  examples: [
    { command: "imp restart api worker", what: "two jobs" },
    { command: "PORT=8080 imp restart --update-env api", what: "with another environment" },
  ],
  output: 'One line a job: Restarted job V3x (api), run 4. With --json {"jobs":[…]}.',
  exitCodes: {
    0: "they are up again",
    1: "one could not be restarted, or failed at once; --wait: it ended before it was ready, or with its own code",
    ...JOB_EXIT_CODES,
    6: "a port is taken",
    ...WAIT_EXIT_CODES,
  },
  async run(ctx, args) {
    const wanted = readJobs(args, "restart");
    const wait = readWait(args);
    const client = await ctx.client();
    if (wait) await expectReadiness(client);
    const request = client.request("restart", {
      ...wanted,
      env: ctx.environment(),
      ...args.has("update-env") && { update_env: true },
      ...args.has("confirm") && { confirm: true },
    });
    const reply = await withProgress(ctx, "Restarting…", request);
    if (ctx.json) {
      if (!wait) await writeJson(ctx, reply);
    } else if (!ctx.quiet) {
      await writeLines(
        ctx,
        reply.jobs.filter((job) => whyNotStarted(job) === undefined && !hasFailedAtOnce(job))
          .map((job) => `Restarted job ${nameJob(job)}, run ${job.run}${formatEarlyEnd(job)}`),
      );
      if (reply.jobs.length === 0) await ctx.stdout.write("No jobs to restart\n");
    }
    await noteOwners(ctx, reply.jobs);
    await noteEnvironment(ctx, reply);
    await tellLetGo(ctx, reply.jobs);
    await tellPorts(ctx, reply.jobs);
    expectStarted(reply.jobs, wait && []);
    if (!wait) return 0;
    const { awaitReady, tellReady } = await import("./following/await_ready.ts");
    const jobs = await awaitReady(ctx, { client, jobs: reply.jobs, wait });
    if (ctx.json) await writeJson(ctx, { ...reply, jobs });
    return await tellReady(ctx, jobs);
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
