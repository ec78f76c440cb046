import type { JobView } from "../protocol/job_view.ts";
import type { Command } from "./frame/command.ts";
import { JOB_EXIT_CODES, WAIT_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectStarted } from "./output/expect_started.ts";
import { ALL_FLAG, CONFIRM_FLAG, readJobs } from "./frame/job_operands.ts";
import { formatEarlyEnd, hasFailedAtOnce, nameJob, whyNotStarted } from "./output/job_text.ts";
import { noteOwners } from "./output/owner_text.ts";
import { tellPorts } from "./output/port_text.ts";
import { tellLetGo } from "./output/left_text.ts";
import { expectReadiness, readWait, WAIT_FLAG } from "./frame/wait_flag.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import { formatStatus } from "../view/status_words.ts";

/** `imp start`: jobs that are down come up. */
export const command: Command = {
  usage: ["start JOB… [--wait [TIME]]", "start --all [--wait [TIME]]"],
  description: "Starts jobs that are down as they were added. One that is up is left alone.",
  flags: [ALL_FLAG, CONFIRM_FLAG, WAIT_FLAG],
  operands: "jobs and groups",
  examples: [
    { command: "imp start api", what: "by name" },
    { command: "imp start V3 Kp", what: "several, by the beginning of their ids" },
  ],
  output: 'One line a job: Started job V3x (api). With --json {"jobs":[…]}, each ' +
    'with "action": started, or joined when it was up already.',
  exitCodes: {
    0: "they are up",
    1: "one could not be started, or failed at once; --wait: it ended before it was ready, or with its own code",
    ...JOB_EXIT_CODES,
    6: "a port is taken",
    ...WAIT_EXIT_CODES,
  },
  async run(ctx, args) {
    const wanted = readJobs(args, "start");
    const wait = readWait(args);
    // A line cannot wait for what becomes of a job.
    const client = wait ? await ctx.client() : await ctx.line();
    if (wait) await expectReadiness(client);
    const reply = await client.request("start", {
      ...wanted,
      ...args.has("confirm") && { confirm: true },
    });
    const wasUp = new Set(reply.joined);
    const tellAll = async (jobs: readonly JobView[]) => {
      const actionOf = (id: string) => wasUp.has(id) ? "joined" : "started";
      await writeJson(ctx, { jobs: jobs.map((job) => ({ ...job, action: actionOf(job.id) })) });
    };
    if (ctx.json) {
      if (!wait) await tellAll(reply.jobs);
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
    await noteOwners(ctx, reply.jobs.filter((job) => wasUp.has(job.id)));
    await tellLetGo(ctx, reply.jobs.filter((job) => !wasUp.has(job.id)));
    await tellPorts(ctx, reply.jobs.filter((job) => !wasUp.has(job.id)));
    expectStarted(reply.jobs, wait && []);
    if (!wait) return 0;
    const { awaitReady, tellReady } = await import("./following/await_ready.ts");
    const jobs = await awaitReady(ctx, { client: await ctx.client(), jobs: reply.jobs, wait });
    if (ctx.json) await tellAll(jobs);
    return await tellReady(ctx, jobs);
  },
};
