import type { Command } from "./command.ts";
import { JOB_EXIT_CODES } from "./exit_code_texts.ts";
import { expectStarted } from "./expect_started.ts";
import { JOB_FLAGS, readJobSpec } from "./job_spec.ts";
import { describeAdded, noteAdded } from "./output/describe_added.ts";
import { formatEarlyEnd, whyNotStarted } from "./output/job_text.ts";
import { tellLetGo } from "./output/left_text.ts";
import { writeJson } from "./output/write.ts";

/** `imp add`: a job in the background. */
export const command: Command = {
  usage: ["add [flags] -- COMMAND [ARG…]"],
  description: "Starts the command as a job and returns. A command that is a job already, in the " +
    "same directory, is that job, unless both have names that differ: it is started again as it is " +
    "defined now when it is down; when it is up it goes on, and what is defined differently now " +
    "holds at once or from its next start on, as a note says.",
  flags: JOB_FLAGS,
  operands: "commands",
  examples: [
    { command: "imp add --name api -- deno task api", what: "a job with a name" },
    { command: "imp add --restart on-failure:5 -- ./worker", what: "started again when it fails" },
    { command: "imp add -q -- make watch", what: "print only the id" },
  ],
  output:
    "One line: Added job V3x running: make watch. With -q the id alone. With --json the job, " +
    'with "action" (created, started or joined), "run_id" and, of one that was up, what is ' +
    '"changed" and what is "pending" until its next start.',
  exitCodes: {
    0: "the job is up",
    1: "it could not be started",
    ...JOB_EXIT_CODES,
    6: "the name is taken",
    126: "the command is not executable",
    127: "the command was not found",
  },
  async run(ctx, args) {
    const spec = await readJobSpec(ctx, args, "add");
    const client = await ctx.client();
    const reply = await client.request("add", spec);
    if (ctx.json) {
      const { job, ...rest } = reply;
      await writeJson(ctx, { ...job, ...rest });
    } else if (ctx.quiet) await ctx.stdout.write(`${reply.job.id}\n`);
    else if (whyNotStarted(reply.job) === undefined) {
      await ctx.stdout.write(`${describeAdded(reply)}${formatEarlyEnd(reply.job)}\n`);
    }
    await noteAdded(ctx, reply);
    if (reply.action !== "joined") await tellLetGo(ctx, [reply.job]);
    expectStarted([reply.job], []);
    return 0;
  },
};
