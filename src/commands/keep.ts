import type { Command } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { ALL_FLAG, readJobs } from "./frame/job_operands.ts";
import { LEASE_FLAGS, readTenure } from "./frame/lease_flags.ts";
import { nameJob } from "./output/job_text.ts";
import { formatLease } from "./output/owner_text.ts";
import { writeJson, writeLines } from "./frame/write.ts";

/** `imp keep`: what ends jobs by itself, from now on. */
export const command: Command = {
  usage: ["keep JOB…", "keep JOB… [--lease TIME] [--with-pid PID | --with-owner]"],
  description:
    "Takes back what ends jobs by itself: a --lease, --with-pid or --with-owner of imp add and imp " +
    "run. They are not left over either when who had them run has gone. With one of these flags " +
    "that counts from now on, in place of what was: so a lease is made longer or shorter.",
  flags: [ALL_FLAG, ...LEASE_FLAGS],
  operands: "jobs and groups",
  examples: [
    { command: "imp keep api", what: "until somebody stops it" },
    { command: "imp keep --lease 2h api", what: "two more hours, from now" },
  ],
  output:
    'One line a job: Job V3x (api) has no lease: only a stop ends it. With --json {"jobs":[…]}.',
  exitCodes: { 0: "done", ...JOB_EXIT_CODES },
  async run(ctx, args) {
    const wanted = readJobs(args, "keep");
    const { lease } = await readTenure(ctx, args);
    const client = await ctx.client();
    const { expectCapability } = await import("../client/expect_capability.ts");
    expectCapability(client.hello, "leases", "end a job by itself");
    const reply = await client.request("keep", { ...wanted, ...lease && { lease } });
    if (ctx.json) await writeJson(ctx, reply);
    else if (!ctx.quiet) {
      const nowMs = ctx.clock.now();
      await writeLines(
        ctx,
        reply.jobs.map((job) =>
          `Job ${nameJob(job)} ${
            formatLease(job.lease, nowMs) ?? "has no lease: only a stop ends it"
          }`
        ),
      );
      if (reply.jobs.length === 0) await ctx.stdout.write("No jobs to keep\n");
    }
    return 0;
  },
};
