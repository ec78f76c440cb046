import type { ReplyOf } from "../protocol/request.ts";
import type { Command } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { findJobs } from "./frame/find_jobs.ts";
import { ALL_FLAG, readJobs } from "./frame/job_operands.ts";
import { withProgress } from "./output/progress.ts";
import { writeSurvivors } from "./output/survivor_text.ts";
import { writeJson, writeLines } from "./frame/write.ts";

/** `imp remove`: jobs are forgotten with their logs. */
export const command: Command = {
  usage: ["remove JOB… [-f]", "remove --all [-f]"],
  description: "Removes jobs that are down, with their runs and logs. With -f one that is up is " +
    "stopped first.",
  flags: [
    ALL_FLAG,
    { name: "force", short: "f", summary: "Stop the job first when it is up" },
  ],
  operands: "jobs and groups",
  examples: [
    { command: "imp rm api", what: "a job that is down" },
    { command: "imp rm -f api", what: "whatever it does" },
  ],
  output: 'One line a job: Removed job V3x. With --json {"removed":["V3x"],"survivors":[…]}, ' +
    "what could not be ended.",
  exitCodes: {
    0: "they are gone",
    1: "a process is still there, and so is its job",
    ...JOB_EXIT_CODES,
    6: "a job is up: nothing was removed",
  },
  async run(ctx, args) {
    const wanted = readJobs(args, "remove");
    const force = args.has("force") ? { force: true } : {};
    const source = await ctx.source();
    // For nothing, or for what does not exist, no daemon is started.
    const isNothing = source.client === undefined && (await findJobs(source, wanted)).length === 0;
    const reply: ReplyOf<"remove"> = isNothing ? { removed: [] } : await withProgress(
      ctx,
      "Removing…",
      (await ctx.client()).request("remove", { ...wanted, ...force }),
    );
    if (ctx.json) await writeJson(ctx, { ...reply, survivors: reply.survivors ?? [] });
    else if (!ctx.quiet) {
      await writeLines(ctx, reply.removed.map((id) => `Removed job ${id}`));
      const isNone = reply.removed.length === 0 && reply.survivors === undefined;
      if (isNone) await ctx.stdout.write("No jobs to remove\n");
    }
    if (!ctx.json) await writeSurvivors(ctx, reply.survivors);
    return reply.survivors === undefined ? 0 : 1;
  },
};
