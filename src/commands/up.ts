import { AppError } from "../base/app_error.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { livingContext } from "./frame/living_context.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeNote } from "./frame/write.ts";
import { readProjectToRun } from "./project/read_project.ts";
import type { UpOutcome } from "./project/run_up.ts";
import { tellDryRun } from "./project/tell_plan.ts";
import { readUpWishes } from "./project/up_names.ts";
import { formatStatus } from "../view/status_words.ts";

/** How much of what came before is shown with `-f`. */
const LINES_BEFORE = 10;

/** `imp up`: what the project's file declares comes up, in order, and this returns when all of it serves. */
export const command: Command = {
  usage: [
    "up [JOB|@GROUP…] [--wait TIME] [-f] [--prune] [--confirm]",
    "up [JOB|@GROUP…] --no-wait",
    "up [JOB|@GROUP…] --dry-run",
    "up [JOB|@GROUP…] --until JOB",
  ],
  description:
    "Reads the project file, or a Procfile where there is none, and has its jobs up, with what " +
    "they need, each when that is there: those that are named, else all but those with autostart: " +
    "false or confirm: true; of those with a schedule that begins to count. Returns when " +
    "all services are ready and all tasks done. What is up and unchanged is left alone; what has " +
    "changed is restarted only where that takes a start. Where one fails the rest stays up, and " +
    "what needs it waits. Ctrl+C, and the death of this call or of the daemon, change nothing: " +
    "all of it is stored before anything starts, and whoever is the daemon finishes it.",
  flags: [
    { name: "wait", value: "TIME", summary: "How long it may take (default: as long as it takes)" },
    { name: "no-wait", summary: "Return as soon as all is on its way" },
    { name: "follow", short: "f", summary: "Then show what the jobs print, until Ctrl+C" },
    { name: "dry-run", summary: "Only tell what would be done" },
    { name: "prune", summary: "Remove jobs that are in the file no more" },
    {
      name: "until",
      value: "JOB",
      summary: "Return when this one has ended, with its code; the others go on",
      complete: "declared jobs and groups",
    },
    { name: "confirm", summary: "Start also named jobs that have confirm: true" },
  ],
  operands: "declared jobs and groups",
  examples: [
    { command: "imp up", what: "all of the project" },
    { command: "imp up api", what: "one job, and what it needs" },
    { command: "imp up @web -f", what: "a group, and then its output" },
    { command: "imp up --dry-run", what: "what is different between the file and what runs" },
  ],
  output: "A line for each as it happens: api ready in 1.2s: http://localhost:20123/. Up to date " +
    'when there is nothing to do. With --json one object {"result","jobs":[…]} at the end; result ' +
    'is "ready", "failed", "timed_out", "interrupted", "started" or "planned".',
  exitCodes: {
    0: "all is up and ready",
    1: "a job failed: the rest stays up",
    ...JOB_EXIT_CODES,
    2: "the file is wrong, there is none, or wrong usage",
    6: "a job that was added by hand has a name of the file, or a port is taken",
    124: "--wait is over; all stays as it is",
    126: "a command is not executable",
    127: "a command was not found",
    130: "Ctrl+C: all goes on",
  },
  async run(ctx, args) {
    const how = readHow(args);
    const plan = await readProjectToRun(ctx, "up");
    const wishes = readUpWishes(plan, args);
    const { toApply } = await import("./project/to_apply.ts");
    const payload = await toApply(ctx, plan, wishes);
    const { runUp, writeOutcome, writePlan } = await import("./project/run_up.ts");
    if (payload.dry_run) {
      const { askAgain } = await import("./project/ask_again.ts");
      const { reply } = await askAgain(ctx, "apply", payload);
      if (ctx.json) await writePlan(ctx, reply.jobs);
      else await tellDryRun(ctx, reply.jobs);
      return 0;
    }
    const outcome = await runUp(ctx, { ...how, payload, isWhole: args.operands.length === 0 });
    if (ctx.json) await writeOutcome(ctx, outcome);
    else await tellOutcome(ctx, outcome, how);
    return how.follows && outcome.result === "ready" ? await follow(ctx, outcome) : outcome.code;
  },
};

interface How {
  readonly waits: boolean;
  readonly timeoutMs: number | undefined;
  readonly until: string | undefined;
  readonly follows: boolean;
}

/** @throws AppError `usage.conflict` */
function readHow(args: ParsedArgs): How {
  const waits = !args.has("no-wait");
  for (const flag of ["wait", "follow", "until"]) {
    if (waits || !args.has(flag)) continue;
    throw new AppError("usage.conflict", `Either --no-wait or --${flag}, not both`);
  }
  return {
    waits,
    timeoutMs: args.duration("wait"),
    until: args.value("until"),
    follows: args.has("follow"),
  };
}

async function tellOutcome(
  ctx: CommandContext,
  { result, goals, isScheduling }: UpOutcome,
  { until }: How,
): Promise<void> {
  const begun = goals.all.filter(({ applied: { action } }) =>
    ["start", "restart"].includes(action)
  );
  const names = begun.map(({ applied: { name } }) => name).join(" ");
  if (result === "interrupted") {
    // The terminal has just shown ^C there.
    if (ctx.stderr.isTerminal && !ctx.quiet) await ctx.stderr.write("\n");
    await writeNote(ctx, "All of it goes on; stop it with: imp down");
  } else if (result === "timed_out") {
    const late = goals.all.filter((goal) =>
      until === undefined ? goals.stateOf(goal) === "pending" : goal.applied.name === until
    );
    const told = late.map(({ applied: { name }, job }) =>
      job === undefined ? name : `${name} is ${formatStatus(job)}`
    );
    await writeNote(ctx, `Time is over; all of it goes on: ${told.join(", ")}`);
  } else if (begun.length === 0 && result !== "failed") {
    if (!ctx.quiet && !isScheduling) await ctx.stdout.write("Up to date\n");
  } else if (result === "started" && !ctx.quiet) await ctx.stdout.write(`On its way: ${names}\n`);
}

async function follow(ctx: CommandContext, { goals }: UpOutcome): Promise<number> {
  const { followLogs } = await import("./following/follow_logs.ts");
  const { LogWriter } = await import("./output/log_writer.ts");
  const sources = goals.all.flatMap(({ job, isTask }) =>
    job === undefined || isTask ? [] : [{ job, run: job.run }]
  );
  const writer = new LogWriter(ctx, { isTagged: true });
  const query = { lines: LINES_BEFORE };
  const living = await livingContext(ctx);
  return await followLogs(living, sources, { query, writer, isAll: false });
}
