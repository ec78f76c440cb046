import { AppError } from "../base/app_error.ts";
import { parseJobName } from "../base/ids.ts";
import type { Command } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { writeJson } from "./frame/write.ts";

/** `imp rename`: another name for a job. */
export const command: Command = {
  usage: ["rename JOB NAME"],
  description: "Gives a job a name, or another one. It goes on as it is.",
  flags: [],
  operands: "jobs",
  examples: [{ command: "imp rename V3x api", what: "a name for a job that has none" }],
  output: "One line: Job V3x is called api now. With --json the job.",
  exitCodes: { 0: "it is called so", ...JOB_EXIT_CODES, 6: "the name is taken" },
  async run(ctx, args) {
    const [job, name, extra] = args.operands;
    if (job === undefined || name === undefined) {
      throw new AppError("usage.missing_job", "imp rename needs a job and its new name", {
        hint: "imp rename JOB NAME",
      });
    }
    if (extra !== undefined) {
      throw new AppError("usage.unexpected_word", `imp rename takes no ${JSON.stringify(extra)}`, {
        hint: "A name is one word: imp rename JOB NAME",
      });
    }
    const client = await ctx.client();
    const reply = await client.request("rename", { job, name: parseJobName(name) });
    if (ctx.json) await writeJson(ctx, reply.job);
    else if (!ctx.quiet) {
      await ctx.stdout.write(`Job ${reply.job.id} is called ${name} now\n`);
    }
    return 0;
  },
};
