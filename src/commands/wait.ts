import { AppError } from "../base/app_error.ts";
import type { DaemonClient } from "../client/client.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import { awaitJobs } from "./following/await_jobs.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { exitCodeOfEnd } from "./frame/exit_code_of_end.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import type { FlagSpec } from "./frame/flag_spec.ts";
import { readJobs } from "./frame/job_operands.ts";
import { isOutputLimited, SHOWN_FLAGS } from "./frame/output_flags.ts";
import { nameJob } from "./output/job_text.ts";
import { expectReadiness } from "./frame/wait_flag.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { STUCK_FLAG, unlessStuck } from "./following/unless_stuck.ts";
import { readPattern } from "./frame/read_pattern.ts";
import { formatLeft, formatStatus } from "../view/status_words.ts";

const CONDITIONS = ["exited", "running", "ready"] as const;
type Condition = (typeof CONDITIONS)[number];

const OUTPUT_FLAG: FlagSpec = {
  name: "output",
  value: "RE",
  summary: "Until they have printed a line that matches, before or from now on",
};

/** `imp wait`: until jobs are what one waits for. */
export const command: Command = {
  usage: [
    "wait JOB… [--for exited|running|ready] [--any | --fail-fast] [--timeout TIME]",
    "wait JOB… --output RE [--any] [--timeout TIME]",
  ],
  description:
    "Waits until all the jobs have ended, or run, or are ready, and exits with the code " +
    "of the first one that failed; with --any until one of them is so, with the code of that one, " +
    "with --fail-fast no longer than until one fails. Ready is what --ready of add, run and set says, " +
    "and without it that a job is still there 300ms after its start. With --output it waits for a line " +
    "of the current run, on either stream, that matches the regular expression; what was printed " +
    "before counts, and a job that ends without it ends the wait with its code, or 1. " +
    "Waiting goes on through a restart of the daemon. With --cursor or a limit the output since then, " +
    "or of the run, follows as imp logs shows it.",
  flags: [
    {
      name: "for",
      value: "WHAT",
      summary: "exited (default), running or ready",
      complete: CONDITIONS,
    },
    { name: "any", summary: "Only until one of the jobs is so" },
    { name: "fail-fast", summary: "Only until one of the jobs fails" },
    OUTPUT_FLAG,
    STUCK_FLAG,
    { name: "timeout", value: "TIME", summary: "How long at most (default: for ever)" },
    ...SHOWN_FLAGS,
  ],
  operands: "jobs",
  examples: [
    { command: "imp wait build && imp restart api", what: "after a good end" },
    { command: "imp wait --for ready --timeout 30s api", what: "until it serves" },
    { command: "imp wait lint test --fail-fast", what: "no longer than needed" },
    { command: "imp wait build --max-lines 20", what: "and the first and last of what it printed" },
    { command: "imp wait api --output 'listening on' --timeout 30s", what: "until it says so" },
  ],
  output: "One line a job: V3x (build): exited; with --output the line that matched: " +
    'V3x (api), stdout: listening on 8080. With --json {"jobs":[…]}, with --output also ' +
    '"matches":[{"job_id","job_name","run","stream","time","text"}], with --cursor or a limit ' +
    '"output":[…], the lines of imp logs --json.',
  exitCodes: {
    0: "the job's own code, 128+N when a signal ended it",
    1: "a job ended before it was ready or without the line, or its end is not known",
    ...JOB_EXIT_CODES,
    124: "--timeout is over, or a job's time for becoming ready; with --stuck a job is stuck",
    130: "Ctrl+C; the jobs go on",
  },
  async run(ctx, args) {
    const { jobs } = readJobs(args, "wait");
    const timeoutMs = args.duration("timeout");
    const pattern = readPattern(args, "output");
    expectOneWay(args);
    const condition = readCondition(args);
    const until = args.has("any") ? "any" : args.has("fail-fast") ? "failure" : "all";
    const client = await ctx.client();
    const watched = { client, jobs, endsIfStuck: args.has("stuck"), tellsUsual: false };
    if (pattern !== undefined) {
      const isAny = until === "any";
      const { awaitOutput } = await import("./following/await_output.ts");
      const { tellOutput } = await import("./following/tell_output.ts");
      if (ctx.json && isOutputLimited(args)) throw oneValue();
      const waiting = awaitOutput(ctx, { client, jobs, pattern, isAny, timeoutMs });
      const found = await unlessStuck(ctx, watched, waiting);
      const code = await tellOutput(ctx, found, { pattern, isAny });
      await showOutput(ctx, args, { client, jobs });
      return code;
    }
    if (condition === "ready") await expectReadiness(client);
    if (until !== "all") await expectUntil(client);
    const waiting = awaitJobs(ctx, { client, jobs, for: condition, until, timeoutMs });
    const found = await (condition === "exited" ? unlessStuck(ctx, watched, waiting) : waiting);
    if (ctx.json) {
      await writeJson(ctx, { jobs: found, ...await readOutput(ctx, args, { client, jobs }) });
    } else if (!ctx.quiet) {
      await writeLines(
        ctx,
        found.map((job) => `${nameJob(job)}: ${formatStatus(job)}${formatLeft(job)}`),
      );
    }
    if (!ctx.json) await showOutput(ctx, args, { client, jobs });
    if (condition === "ready") return await tellUnready(ctx, found);
    return found.map(codeOf).find((code) => code !== 0) ?? 0;
  },
};

/** Whose output is shown behind what they have become. */
interface Awaited {
  readonly client: DaemonClient;
  readonly jobs: readonly string[];
}

async function showOutput(ctx: CommandContext, args: ParsedArgs, awaited: Awaited): Promise<void> {
  if (!isOutputLimited(args)) return;
  const { showSince } = await import("./following/show_since.ts");
  await showSince(ctx, args, awaited);
}

/** The same as values, for who wants one value. */
async function readOutput(
  ctx: CommandContext,
  args: ParsedArgs,
  awaited: Awaited,
): Promise<{ output?: readonly unknown[] }> {
  if (!isOutputLimited(args)) return {};
  const { readSince } = await import("./following/show_since.ts");
  return { output: await readSince(ctx, args, awaited) };
}

function oneValue(): AppError {
  return new AppError(
    "usage.conflict",
    "With --json and --output no output is shown beside the line",
    {
      hint: "imp logs --json --cursor C shows it",
    },
  );
}

/** @throws AppError `usage.conflict` */
function expectOneWay(args: ParsedArgs): void {
  const pairs = [["any", "fail-fast"], ["for", "output"]] as const;
  if (args.has("stuck") && (args.value("for") ?? "exited") !== "exited") {
    throw new AppError("usage.conflict", "--stuck is for who waits for an end, or for output");
  }
  for (const [one, other] of pairs) {
    if (!args.has(one) || !args.has(other)) continue;
    throw new AppError("usage.conflict", `Either --${one} or --${other}, not both`);
  }
}

/** An older daemon would wait for all of them. @throws AppError `version.too_old` */
async function expectUntil({ hello }: Pick<DaemonClient, "hello">): Promise<void> {
  const { expectCapability } = await import("../client/expect_capability.ts");
  expectCapability(hello, "wait_any", "wait for the first of several jobs");
}

/** What is to be told of those that are not what was waited for, beside what they are. */
async function tellUnready(ctx: CommandContext, jobs: readonly JobView[]): Promise<number> {
  const unready = jobs.filter(({ ready }) => !ready);
  if (unready.length === 0) return 0;
  const { tellReady } = await import("./following/await_ready.ts");
  return await tellReady(ctx, unready);
}

function codeOf(job: JobView): number {
  return isUp(job.status) ? 0 : exitCodeOfEnd({ code: job.exit_code, signal: job.signal });
}

function readCondition(args: ParsedArgs): Condition {
  const text = args.value("for") ?? "exited";
  const condition = CONDITIONS.find((each) => each === text);
  if (condition) return condition;
  throw new AppError("usage.bad_condition", `Cannot wait for ${JSON.stringify(text)}`, {
    hint: `--for takes one of: ${CONDITIONS.join(", ")}`,
  });
}
