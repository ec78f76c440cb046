import { AppError } from "../base/app_error.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import { expectOther, sharesTerminal } from "./attach/shares_terminal.ts";
import type { Command } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { readOneJob } from "./frame/job_operands.ts";
import { isOutputLimited, SHOWN_FLAGS } from "./frame/output_flags.ts";
import { writeJson } from "./frame/write.ts";
import { callJob, nameJob } from "./output/job_text.ts";
import { formatStatus } from "../view/status_words.ts";

/** `imp attach`: the terminal of a job, or what it prints. */
export const command: Command = {
  usage: ["attach JOB [--cursor C] [--max-lines N] [--max-bytes N]"],
  description:
    "Puts you in front of the terminal of a job with --tty: you see its screen, every key " +
    "goes to it (Ctrl+C too), and it is as large as yours. Ctrl+\\ and then d detaches, and the job " +
    "goes on; Ctrl+\\ twice sends one. Several may be attached at once. Without --tty, or where imp " +
    "itself has no terminal, it passes through what the job prints, from the beginning of its run " +
    "until it ends, as imp run does; --cursor says where to begin instead.",
  flags: SHOWN_FLAGS,
  operands: "jobs",
  examples: [
    { command: "imp attach repl", what: "type to it; Ctrl+\\ d leaves it running" },
    { command: "imp attach build > build.log", what: "all of its output, and its exit code" },
  ],
  output: "The job's screen; or its stdout on stdout and its stderr on stderr, unchanged. With " +
    '--json lines of {"type":"job","job"}, {"type":"output","stream","text"}, {"type":"notice",' +
    '"stream","notice"} where bytes are missing, and {"type":"exit","exit_code","signal","reason","job"}.',
  exitCodes: {
    0: "detached, or the job's own code, 128+N when a signal ended it",
    1: "its end is not known",
    ...JOB_EXIT_CODES,
    6: "the job is down",
    130: "Ctrl+C, without a terminal of the job: the job goes on",
  },
  async run(ctx, args) {
    const name = readOneJob(args, "attach");
    const client = await ctx.client();
    const { job } = await client.request("get_job", { job: name });
    expectOther(ctx, job);
    if (!isUp(job.status)) throw notUp(job);
    if (ctx.json) await writeJson(ctx, { type: "job", job });
    if (!isOutputLimited(args) && await sharesTerminal(ctx, client, job)) {
      const { attachToTerminal } = await import("./attach/attach_to_terminal.ts");
      return await attachToTerminal(ctx, { client, job, isNew: false });
    }
    const { followToEnd } = await import("./attach/follow_to_end.ts");
    return await followToEnd(ctx, client, job, { args });
  },
};

function notUp(job: JobView): AppError {
  const called = callJob(job);
  return new AppError(
    "job.not_up",
    `Cannot attach to job ${nameJob(job)}: it is down (${formatStatus(job)})`,
    { hint: `Start it with imp start ${called}; what it printed: imp logs ${called}` },
  );
}
