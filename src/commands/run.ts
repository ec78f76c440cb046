import { AppError } from "../base/app_error.ts";
import { formatDuration } from "../base/duration.ts";
import { TimeLimit } from "../base/time_limit.ts";
import type { DaemonClient } from "../client/client.ts";
import type { AddReply } from "../protocol/reply.ts";
import type { JobView } from "../protocol/job_view.ts";
import { followToEnd } from "./attach/follow_to_end.ts";
import { sharesTerminal } from "./attach/shares_terminal.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectUnderstood, JOB_FLAGS, readJobSpec } from "./frame/job_spec.ts";
import { LEASE_FLAGS } from "./frame/lease_flags.ts";
import { readBareWord, startKnown, withJobHint } from "./following/known_job.ts";
import { STUCK_FLAG, unlessStuck } from "./following/unless_stuck.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { describeAdded, noteAdded } from "./output/describe_added.ts";
import { callJob, nameJob } from "./output/job_text.ts";
import { tellLetGo } from "./output/left_text.ts";
import { isOutputLimited, SHOWN_FLAGS } from "./frame/output_flags.ts";
import { noteUnread } from "./frame/own_stdin.ts";
import { writeJson, writeNote } from "./frame/write.ts";

/** So many lines of a run that failed tell as a rule why. */
const STANDARD_TAIL = 40;

const RUN_FLAGS = JOB_FLAGS.map((flag) =>
  flag.name === "stdin"
    ? { ...flag, short: "i", summary: "Pass stdin on to the job; imp send may, too" }
    : flag
);

/** `imp run`: a job, and this call shows what it prints. */
export const command: Command = {
  usage: ["run [flags] -- COMMAND [ARG…]", "run [flags] JOB"],
  description:
    "Runs the command as a job and passes through what it prints, from the beginning of " +
    "the run, until it ends. A command that is a job already, in the same directory, is that job: " +
    "it is started again when it is down and joined when it is up. Ctrl+C ends only this call: " +
    "the job goes on. With --tty on a terminal it is as with imp attach: keys go to the job, Ctrl+C " +
    "too, and Ctrl+\\ d leaves it running. With --stdin the job reads what is on the stdin of this " +
    "call, and its end; after Ctrl+C, and when it was up already, its stdin stays open for imp send. " +
    "Without --stdin nothing is taken of it: a loop that reads a list loses none of it. " +
    "One word without the two dashes that is the name of a job is that job, as it was added; behind " +
    "the dashes it is always a command.",
  flags: [
    ...RUN_FLAGS,
    STUCK_FLAG,
    { name: "timeout", value: "TIME", summary: "Give up following after TIME; the job goes on" },
    { name: "quiet-on-success", summary: "Show what it prints only if it fails: its last lines" },
    {
      name: "tail-on-failure",
      value: "N",
      summary: `How many lines that are (default: ${STANDARD_TAIL})`,
    },
    ...SHOWN_FLAGS,
  ],
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
    { command: "imp run --shell -- 'make lint && make test'", what: "a line of shell" },
    { command: "imp run --quiet-on-success -- make test", what: "a word only if it fails" },
    { command: "imp run --timeout 1m build", what: "a job that there is; 124 after a minute" },
  ],
  output: "What the job prints: its stdout on stdout, its stderr on stderr, unchanged; with " +
    "--quiet-on-success nothing, or the last lines of both as imp logs shows them. With --json " +
    'lines of {"type":"job","job","action","run_id"}, {"type":"output","stream","text"}, ' +
    '{"type":"notice","stream","notice"} where bytes are missing, and {"type":"exit","exit_code",' +
    '"signal","reason","job"}.',
  exitCodes: {
    0: "the job's own code, 128+N when a signal ended it; left with Ctrl+\\ d",
    1: "it could not be started, or its end is not known",
    ...JOB_EXIT_CODES,
    6: "the name or a port is taken, or --stdin with a job that is up without a stdin",
    124: "--timeout is over, or with --stuck the job is stuck: it goes on",
    126: "the command is not executable",
    127: "the command was not found",
    130: "Ctrl+C: the job goes on",
  },
  async run(ctx, args) {
    const how = readHow(args);
    // Asked for early: Ctrl+C must never end the daemon's start half-way.
    const { signal } = ctx;
    const { client, reply, isTerminal } = await begin(ctx, args);
    const isUntold = !args.has("stdin") && !await noteUnread(ctx, "run");
    await tellHow(ctx, reply, how);
    if (reply.action !== "joined") await tellLetGo(ctx, [reply.job]);
    const { job } = reply;
    using limit = new TimeLimit(ctx.clock, how.timeoutMs, () => timedOut(job, how.timeoutMs!));
    const isWhole = how.lines === undefined && !isOutputLimited(args);
    if (isTerminal && isWhole && await sharesTerminal(ctx, client, job)) {
      const { attachToTerminal } = await import("./attach/attach_to_terminal.ts");
      const isNew = reply.action !== "joined";
      return await attachToTerminal(ctx, { client, job, isNew, limit: limit.signal });
    }
    const following = () => {
      const running = follow(ctx, { client, job }, { ...how, limit: limit.signal, args });
      const watched = { client, jobs: [job.id], endsIfStuck: args.has("stuck"), tellsUsual: true };
      return unlessStuck(ctx, watched, running);
    };
    const code =
      await (args.has("stdin") ? feedWhile(ctx, client, { reply, following }) : following());
    if (isUntold && !signal.aborted) await noteUnread(ctx, "run");
    return code;
  },
};

/** How the run is followed. */
interface RunManner {
  readonly wantsLease: boolean;
  readonly timeoutMs: number | undefined;
  /** Only of a run that fails, and only so many lines. */
  readonly lines: number | undefined;
}

function readHow(args: ParsedArgs): RunManner {
  const isQuiet = args.has("quiet-on-success") || args.has("tail-on-failure");
  if (isQuiet && isOutputLimited(args)) {
    throw new AppError("usage.conflict", "Of what --quiet-on-success shows nothing is left out", {
      hint: "--tail-on-failure N says how many lines that are",
    });
  }
  return {
    wantsLease: LEASE_FLAGS.some(({ name }) => args.has(name)),
    timeoutMs: args.duration("timeout"),
    lines: isQuiet ? args.count("tail-on-failure") ?? STANDARD_TAIL : undefined,
  };
}

/** What was begun, or found, and whether it has a terminal. */
interface Begun {
  readonly client: DaemonClient;
  readonly reply: AddReply;
  readonly isTerminal: boolean;
}

async function begin(ctx: CommandContext, args: ParsedArgs): Promise<Begun> {
  const { signal } = ctx;
  const word = readBareWord(args);
  if (word !== undefined) {
    const client = await ctx.client();
    const reply = await startKnown(client, word, args);
    const isTerminal = reply?.job.terminal_size !== undefined;
    if (reply !== undefined) return { client, reply, isTerminal };
  }
  const spec = await readJobSpec(ctx, args, "run");
  const client = await ctx.client();
  await expectUnderstood(client, spec);
  const reply = await client.request("run", spec, { signal }).catch(async (error) => {
    throw isNotFound(error) ? await withJobHint(client, args, error) : error;
  });
  return { client, reply, isTerminal: spec.tty === true };
}

function isNotFound(error: unknown): error is AppError {
  return error instanceof AppError && error.code === "command.not_found";
}

async function follow(
  ctx: CommandContext,
  { client, job }: { client: DaemonClient; job: JobView },
  { lines, limit, args }: RunManner & { limit: AbortSignal; args: ParsedArgs },
): Promise<number> {
  if (lines === undefined) return await followToEnd(ctx, client, job, { limit, args });
  const { runQuietly } = await import("./attach/run_quietly.ts");
  return await runQuietly(ctx, { client, job }, { lines, limit });
}

function timedOut(job: JobView, timeoutMs: number): AppError {
  const called = callJob(job);
  return new AppError(
    "run.timed_out",
    `Job ${nameJob(job)} has not ended within ${formatDuration(timeoutMs)}; it goes on`,
    {
      hint:
        `imp wait ${called} waits on, imp attach ${called} follows it, imp stop ${called} ends it`,
    },
  );
}

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

async function tellHow(
  ctx: CommandContext,
  reply: AddReply,
  { lines, wantsLease }: RunManner,
): Promise<void> {
  const { action } = reply;
  // Who wants to hear of a failure only knows that it is run again.
  const isNews = action === "joined" || (action === "started" && lines === undefined);
  if (ctx.json) await writeJson(ctx, { type: "job", ...reply });
  else if (isNews) await writeNote(ctx, describeAdded(reply));
  await noteAdded(ctx, reply, { wantsLease });
}
