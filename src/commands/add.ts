import type { AddReply } from "../protocol/reply.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES, WAIT_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectStarted } from "./output/expect_started.ts";
import { expectUnderstood, JOB_FLAGS, readJobSpec } from "./frame/job_spec.ts";
import { describeAdded, noteAdded } from "./output/describe_added.ts";
import { formatEarlyEnd, whyNotStarted } from "./output/job_text.ts";
import { tellLetGo } from "./output/left_text.ts";
import { expectReadiness, readWait, WAIT_FLAG } from "./frame/wait_flag.ts";
import { writeJson } from "./frame/write.ts";

/** `imp add`: a job in the background. */
export const command: Command = {
  usage: ["add [flags] -- COMMAND [ARG…]"],
  description: "Starts the command as a job and returns. A command that is a job already, in the " +
    "same directory, is that job, unless both have names that differ: it is started again as it is " +
    "defined now when it is down; when it is up it goes on, and what is defined differently now " +
    "holds at once or from its next start on, as a note says.",
  flags: [...JOB_FLAGS, WAIT_FLAG],
  operands: "commands",
  examples: [
    { command: "imp add --name api -- deno task api", what: "a job with a name" },
    { command: "imp add --restart on-failure:5 -- ./worker", what: "started again when it fails" },
    { command: "imp add -q -- make watch", what: "print only the id" },
    {
      command: "imp add --ready tcp:5432 --wait 30s -- docker compose up db",
      what: "return when it serves",
    },
  ],
  output:
    "One line: Added job V3x running: make watch. With -q the id alone. With --json the job, " +
    'with "action" (created, started or joined), "run_id" and, of one that was up, what is ' +
    '"changed" and what is "pending" until its next start.',
  exitCodes: {
    0: "the job is up",
    1: "it could not be started; --wait: it ended before it was ready, or with its own code",
    ...JOB_EXIT_CODES,
    6: "the name or a port is taken",
    ...WAIT_EXIT_CODES,
    126: "the command is not executable",
    127: "the command was not found",
  },
  async run(ctx, args) {
    const spec = await readJobSpec(ctx, args, "add");
    const wait = readWait(args);
    // A line cannot wait for what becomes of a job.
    const client = wait ? await ctx.client() : await ctx.line();
    await expectUnderstood(client, spec);
    if (wait) await expectReadiness(client);
    const reply = await client.request("add", spec);
    // With --json there is one value, and it is told when all is known.
    const isToldNow = wait === undefined || !ctx.json || whyNotStarted(reply.job) !== undefined;
    if (isToldNow) await tellAdded(ctx, reply);
    await noteAdded(ctx, reply, { wantsLease: spec.lease !== undefined });
    if (reply.action !== "joined") await tellLetGo(ctx, [reply.job]);
    expectStarted([reply.job], []);
    if (wait === undefined) return 0;
    const { awaitReady, tellReady } = await import("./following/await_ready.ts");
    const [job] = await awaitReady(ctx, { client: await ctx.client(), jobs: [reply.job], wait });
    if (!isToldNow) await tellAdded(ctx, { ...reply, job: job! });
    return await tellReady(ctx, [job!]);
  },
};

async function tellAdded(ctx: CommandContext, reply: AddReply): Promise<void> {
  const { job, ...rest } = reply;
  if (ctx.json) await writeJson(ctx, { ...job, ...rest });
  else if (ctx.quiet) await ctx.stdout.write(`${job.id}\n`);
  else if (whyNotStarted(job) === undefined) {
    await ctx.stdout.write(`${describeAdded(reply)}${formatEarlyEnd(job)}\n`);
  }
}
