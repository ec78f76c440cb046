import { progressPercent, sumUpRuns } from "../base/run_statistics.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { ReplyOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { OWNER_FLAGS, selectByOwner } from "./frame/owner_flags.ts";
import { type ListedJob, renderJobs } from "./output/job_table.ts";
import { callJob } from "./output/job_text.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";

/** `imp list`: the jobs, one a line. */
export const command: Command = {
  usage: ["list [--long] [--owner OWNER] [--left-over]", "list --watch", "list --all"],
  description:
    "Lists the jobs of this project's daemon, those that are up and those that are down.",
  flags: [
    { name: "watch", short: "w", summary: "Stay and show every change" },
    { name: "all", short: "a", summary: "The jobs of every daemon of yours; starts none" },
    ...OWNER_FLAGS,
    {
      name: "long",
      short: "l",
      summary: "Also how many runs went well, how far this one is, and descriptions",
    },
  ],
  examples: [
    { command: "imp ls", what: "the jobs here" },
    { command: "imp ls --json | jq -r '.jobs[].id'", what: "for scripts" },
    { command: "imp ls --left-over", what: "what somebody left running" },
    { command: "imp ls --long", what: "with what is known of their runs" },
    { command: "imp ls --all", what: "the jobs of all projects" },
  ],
  output:
    "A table with id, name, status, pid, how long it is up or when it ended, restarts, cpu, " +
    "memory and command. With --json " +
    '{"jobs":[…]}, each with "success_percent", "progress_percent" (how far a run is by how long ' +
    'they usually take) and what show --json has of durations; with --all each job has "daemon_id"; with --watch a line of ' +
    '{"type":"jobs","jobs":[…]} for each change.',
  exitCodes: { 0: "done", ...DAEMON_EXIT_CODES, 130: "--watch was ended with Ctrl+C" },
  async run(ctx, args) {
    expectNoOperands(args, "list");
    const isChosen = OWNER_FLAGS.some(({ name }) => args.has(name));
    if (args.has("all")) {
      const { listAllJobs } = await import("./following/list_all.ts");
      const all = await selectByOwner(ctx, args, await listAllJobs(ctx));
      await writeJobs(ctx, all, { all: true, isChosen, isLong: args.has("long") });
      return 0;
    }
    if (args.has("watch")) {
      const { watchList } = await import("./following/watch_list.ts");
      return await watchList(ctx, (jobs) => selectByOwner(ctx, args, jobs));
    }
    const isLong = args.has("long") || isWide(ctx);
    const wanted = isLong || ctx.json ? { statistics: true } : {};
    const reply = await (await ctx.lineSource()).request("list", wanted);
    const { notices = [], statistics } = reply;
    const jobs = await selectByOwner(ctx, args, reply.jobs);
    // Not every daemon tells them: one of another build is passed on as it is.
    const listed = statistics ? withStatistics(jobs, statistics, ctx.clock.now()) : jobs;
    await writeJobs(ctx, listed, { all: false, isChosen, isLong });
    for (const notice of notices) await writeNote(ctx, notice);
    return 0;
  },
};

/** What is added to a wide table is there without being asked for where there is room. */
const WIDE_COLUMNS = 160;

function isWide({ stdout, json }: CommandContext): boolean {
  return !json && stdout.isTerminal && stdout.columns >= WIDE_COLUMNS;
}

/** The same names with null for a job that has never run. */
function withStatistics(
  jobs: readonly JobView[],
  statistics: NonNullable<ReplyOf<"list">["statistics"]>,
  nowMs: number,
): ListedJob[] {
  const byId = new Map(statistics.map(({ job_id, ...rest }) => [job_id, rest]));
  return jobs.map((job) => {
    const sums = byId.get(job.id) ?? sumUpRuns([]);
    const { status, started_at } = job;
    const elapsedMs = status === "running" && started_at !== null
      ? nowMs - Date.parse(started_at)
      : undefined;
    const progress_percent = elapsedMs === undefined
      ? null
      : progressPercent(elapsedMs, sums.usual_duration_ms);
    return { ...job, ...sums, progress_percent };
  });
}

async function writeJobs(
  ctx: CommandContext,
  jobs: readonly ListedJob[],
  { all, isChosen, isLong }: { all: boolean; isChosen: boolean; isLong: boolean },
): Promise<void> {
  if (ctx.json) return await writeJson(ctx, { jobs });
  if (ctx.quiet) return await writeLines(ctx, jobs.map((job) => job.id));
  if (jobs.length === 0) {
    return await ctx.stdout.write(
      all || isChosen
        ? "No jobs\n"
        : "No jobs. Type: imp run -- COMMAND, or imp add --name NAME -- COMMAND\n",
    );
  }
  const width = ctx.stdout.isTerminal ? ctx.stdout.columns : undefined;
  const options = { nowMs: ctx.clock.now(), width, color: ctx.color, showDaemon: all, isLong };
  await writeLines(ctx, await renderJobs(jobs, options));
  for (const job of jobs.filter(({ problem }) => problem === "bad_record")) {
    await writeNote(ctx, `Job ${callJob(job)} cannot be started: ${job.reason}`);
  }
}
