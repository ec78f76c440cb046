import type { DaemonClient } from "../client/client.ts";
import type { AddReply } from "../protocol/job_spec.ts";
import { followToEnd } from "./attach/follow_to_end.ts";
import { sharesTerminal } from "./attach/shares_terminal.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectUnderstood, JOB_FLAGS, readJobSpec } from "./frame/job_spec.ts";
import { describeAdded, noteAdded } from "./output/describe_added.ts";
import { tellLetGo } from "./output/left_text.ts";
import { noteUnread } from "./frame/own_stdin.ts";
import { writeJson, writeNote } from "./frame/write.ts";

const RUN_FLAGS = JOB_FLAGS.map((flag) =>
  flag.name === "stdin"
    ? { ...flag, short: "i", summary: "Pass stdin on to the job; imp send may, too" }
    : flag
);

/** `imp run`: a job, and this call shows what it prints. */
export const command: Command = {
  usage: ["run [flags] -- COMMAND [ARG…]"],
  description:
    "Runs the command as a job and passes through what it prints, from the beginning of " +
    "the run, until it ends. A command that is a job already, in the same directory, is that job: " +
    "it is started again when it is down and joined when it is up. Ctrl+C ends only this call: " +
    "the job goes on. With --tty on a terminal it is as with imp attach: keys go to the job, Ctrl+C " +
    "too, and Ctrl+\\ d leaves it running. With --stdin the job reads what is on the stdin of this " +
    "call, and its end; after Ctrl+C, and when it was up already, its stdin stays open for imp send. " +
    "Without --stdin nothing is taken of it: a loop that reads a list loses none of it.",
  flags: RUN_FLAGS,
  operands: "commands",
  examples: [
    { command: "imp run -- npm run dev", what: "Ctrl+C leaves it running" },
    { command: "imp run --name build -- make -j4 && echo built", what: "with its exit code" },
    {
      command: "imp run --tty -- python3",
      what: "on its own terminal; Ctrl+\\ d leaves it running",
    },
    { command: "imp run --env PORT=8080 -- ./serve", what: "with one more variable" },
    { command: "imp run -i -- sort < list", what: "with something to read" },
  ],
  output:
    "What the job prints: its stdout on stdout, its stderr on stderr, unchanged. With --json " +
    'lines of {"type":"job","job","action","run_id"}, {"type":"output","stream","text"}, ' +
    '{"type":"notice","stream","notice"} where bytes are missing, and {"type":"exit","exit_code",' +
    '"signal","reason","job"}.',
  exitCodes: {
    0: "the job's own code, 128+N when a signal ended it; left with Ctrl+\\ d",
    1: "it could not be started, or its end is not known",
    ...JOB_EXIT_CODES,
    6: "the name or a port is taken, or --stdin with a job that is up without a stdin",
    126: "the command is not executable",
    127: "the command was not found",
    130: "Ctrl+C: the job goes on",
  },
  async run(ctx, args) {
    const spec = await readJobSpec(ctx, args, "run");
    // Asked for early: Ctrl+C must never end the daemon's start half-way.
    const { signal } = ctx;
    const client = await ctx.client();
    await expectUnderstood(client, spec);
    const isUntold = !spec.stdin && !await noteUnread(ctx, "run");
    const reply = await client.request("run", spec, { signal });
    await tellHow(ctx, reply);
    if (reply.action !== "joined") await tellLetGo(ctx, [reply.job]);
    const { job } = reply;
    if (spec.tty && await sharesTerminal(ctx, client, job)) {
      const { attachToTerminal } = await import("./attach/attach_to_terminal.ts");
      return await attachToTerminal(ctx, { client, job, isNew: reply.action !== "joined" });
    }
    const following = () => followToEnd(ctx, client, job);
    const code = await (spec.stdin ? feedWhile(ctx, client, { reply, following }) : following());
    if (isUntold && !signal.aborted) await noteUnread(ctx, "run");
    return code;
  },
};

/** Only who passes a stdin on needs what does that. */
async function feedWhile<T>(
  ctx: CommandContext,
  client: DaemonClient,
  { reply, following }: { reply: AddReply; following: () => Promise<T> },
): Promise<T> {
  const { feedRun } = await import("./frame/feed_run.ts");
  const { failed } = await feedRun(ctx, client, reply);
  return await Promise.race([following(), failed]);
}

async function tellHow(ctx: CommandContext, reply: AddReply): Promise<void> {
  const { action } = reply;
  if (ctx.json) await writeJson(ctx, { type: "job", ...reply });
  else if (action !== "created") await writeNote(ctx, describeAdded(reply));
  await noteAdded(ctx, reply);
}
