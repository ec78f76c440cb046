import { ExitCode } from "../base/exit_code.ts";
import type { DaemonClient } from "../client/client.ts";
import { isLockHeld } from "../platform/file_lock.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { AddReply } from "../protocol/request.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitCodeOfEnd } from "./exit_code_of_end.ts";
import { JOB_EXIT_CODES } from "./exit_code_texts.ts";
import { followJob } from "./follow_job.ts";
import { JOB_FLAGS, readJobSpec } from "./job_spec.ts";
import { describeAdded, noteAdded } from "./output/describe_added.ts";
import { openJobOutput } from "./output/job_output.ts";
import { tellLeft, tellLetGo } from "./output/left_text.ts";
import { callJob, nameJob } from "./output/job_text.ts";
import { writeJson, writeNote } from "./output/write.ts";

/** `imp run`: a job, and this call shows what it prints. */
export const command: Command = {
  usage: ["run [flags] -- COMMAND [ARG…]"],
  description:
    "Runs the command as a job and passes through what it prints, from the beginning of " +
    "the run, until it ends. A command that is a job already, in the same directory, is that job: " +
    "it is started again when it is down and joined when it is up. Ctrl+C ends only this call: " +
    "the job goes on.",
  flags: JOB_FLAGS,
  operands: "commands",
  examples: [
    { command: "imp run -- npm run dev", what: "Ctrl+C leaves it running" },
    { command: "imp run --name build -- make -j4 && echo built", what: "with its exit code" },
    { command: "imp run --env PORT=8080 -- ./serve", what: "with one more variable" },
  ],
  output:
    "What the job prints: its stdout on stdout, its stderr on stderr, unchanged. With --json " +
    'lines of {"type":"job",…}, {"type":"output","stream","text"} and {"type":"exit",…}.',
  exitCodes: {
    0: "the job's own code, 128+N when a signal ended it",
    1: "it could not be started, or its end is not known",
    ...JOB_EXIT_CODES,
    6: "the name is taken",
    126: "the command is not executable",
    127: "the command was not found",
    130: "Ctrl+C: the job goes on",
  },
  async run(ctx, args) {
    const spec = await readJobSpec(ctx, args, "run");
    // Asked for early: Ctrl+C must never end the daemon's start half-way.
    const { signal } = ctx;
    const client = await ctx.client();
    const reply = await client.request("run", spec, { signal });
    await tellHow(ctx, reply);
    if (reply.action !== "joined") await tellLetGo(ctx, [reply.job]);
    const { job } = reply;
    const output = openJobOutput(ctx);
    const streams = ["stdout", "stderr"] as const;
    const end = await followJob(ctx, { client, job, run: job.run, streams, output });
    if (end === undefined) return await tellHowToStop(ctx, job);
    await tellLeft(ctx, await lookAtLeft(client, end));
    return await tellEnd(ctx, end);
  },
};

async function tellHow(ctx: CommandContext, reply: AddReply): Promise<void> {
  const { action } = reply;
  if (ctx.json) await writeJson(ctx, { type: "job", ...reply });
  else if (action !== "created") await writeNote(ctx, describeAdded(reply));
  await noteAdded(ctx, reply);
}

/** Somebody who still holds the output is seen at once; how many they are the daemon knows. */
async function lookAtLeft(client: DaemonClient, end: JobView): Promise<JobView> {
  const { stdout_path, stderr_path, run } = end;
  if (![stdout_path, stderr_path].some((path) => path !== null && isHeld(path))) return end;
  const found = await client.request("get_job", { job: end.id }).catch(() => undefined);
  return found?.job.run === run ? found.job : end;
}

/** Output that is gone or may not be read tells nothing. */
function isHeld(path: string): boolean {
  try {
    return isLockHeld(path);
  } catch {
    return false;
  }
}

async function tellEnd(ctx: CommandContext, job: JobView): Promise<number> {
  const { exit_code, signal, reason } = job;
  if (ctx.json) await writeJson(ctx, { type: "exit", code: exit_code, signal, reason, job });
  else if (exit_code === null) {
    await writeNote(ctx, `Job ${nameJob(job)} ${reason ?? "ended, and nobody knows how"}`);
  }
  return exitCodeOfEnd({ code: exit_code, signal });
}

async function tellHowToStop(ctx: CommandContext, job: JobView): Promise<number> {
  // The terminal has just shown ^C there.
  if (ctx.stderr.isTerminal && !ctx.quiet) await ctx.stderr.write("\n");
  await writeNote(ctx, `Job ${nameJob(job)} goes on; stop it with: imp stop ${callJob(job)}`);
  return ExitCode.interrupted;
}
