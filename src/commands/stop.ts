import { parseSignal } from "../platform/os_signals.ts";
import { escapeLabel } from "../base/terminal_text.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { ReplyOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { findJobs } from "./frame/find_jobs.ts";
import { ALL_FLAG, readJobs } from "./frame/job_operands.ts";
import { choosesByOwner, OWNER_FLAGS, selectByOwner } from "./frame/owner_flags.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { countOf } from "./output/count_of.ts";
import { nameJob } from "./output/job_text.ts";
import { noteOwners } from "./output/owner_text.ts";
import { withProgress } from "./output/progress.ts";
import { writeSurvivors } from "./output/survivor_text.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";
import { formatStatus } from "../view/status_words.ts";

/** `imp stop`: jobs go down with everything they started. */
export const command: Command = {
  usage: [
    "stop JOB… [--signal SIGNAL] [--timeout TIME]",
    "stop --all",
    "stop [--owner OWNER] [--left-over]",
  ],
  description: "Asks the job's process group to stop, or has its stop command do so, waits, and " +
    "kills what is left of it, children and grandchildren included. A job that is down is left alone.",
  flags: [
    ALL_FLAG,
    ...OWNER_FLAGS,
    {
      name: "signal",
      value: "SIGNAL",
      summary: "What asks it to stop (default: the job's own stop command or signal, TERM)",
      complete: "signals",
    },
    {
      name: "timeout",
      value: "TIME",
      summary: "How long it may take before it is killed (default: the job's own, 10s)",
    },
  ],
  operands: "jobs and groups",
  examples: [
    { command: "imp stop api", what: "gently" },
    { command: "imp stop --timeout 0s api", what: "at once" },
    { command: "imp stop --all", what: "every job" },
    { command: "imp stop --owner me", what: "what you have started, before you leave" },
    { command: "imp stop --left-over", what: "what others have left running" },
  ],
  output: 'One line a job: Stopped job V3x (api). With --json {"jobs":[…],"survivors":[…]}.',
  exitCodes: { 0: "they are down", 1: "a process is still there", ...JOB_EXIT_CODES },
  async run(ctx, args) {
    const isByOwner = choosesByOwner(args);
    const named = isByOwner ? undefined : readJobs(args, "stop");
    const signal = args.value("signal");
    const timeoutMs = args.duration("timeout");
    const how = {
      ...(signal === undefined ? {} : { signal: parseSignal(signal).name }),
      ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    };
    const source = await ctx.lineSource();
    const before = await source.request("list", {});
    const wanted = named ?? await readByOwner(ctx, args, before.jobs);
    const wasUp = idsOf(before.jobs.filter(isOnItsWay));
    const wasAwaited = idsOf(before.jobs.filter((job) => job.watch?.is_awaited));
    if (wanted.jobs.length === 0 && !wanted.all) return await tellNone(ctx);
    const request = source.client?.request("stop", { ...wanted, ...how }) ??
      findJobs(source, wanted).then((jobs) => ({ jobs, survivors: [] }));
    const reply = await withProgress(ctx, "Stopping…", request);
    if (ctx.json) await writeJson(ctx, reply);
    else await writeStopped(ctx, reply, { wasUp, wasAwaited, all: wanted.all === true });
    if (!isByOwner) await noteOwners(ctx, reply.jobs.filter(({ id }) => wasUp.has(id)));
    return reply.survivors.length > 0 ? 1 : 0;
  },
};

/** Those that are up, or come up by themselves. */
async function readByOwner(
  ctx: CommandContext,
  args: ParsedArgs,
  jobs: readonly JobView[],
): Promise<ReturnType<typeof readJobs>> {
  const chosen = await selectByOwner(ctx, args, jobs.filter(isOnItsWay));
  return { jobs: chosen.map(({ id }) => id) };
}

async function tellNone(ctx: CommandContext): Promise<number> {
  if (ctx.json) await writeJson(ctx, { jobs: [], survivors: [] });
  else if (!ctx.quiet) await ctx.stdout.write("No jobs to stop\n");
  return 0;
}

/** It is up, or comes up by itself. */
function isOnItsWay(job: JobView): boolean {
  return isUp(job.status) || (job.next_run_at ?? null) !== null;
}

async function writeStopped(
  ctx: CommandContext,
  reply: ReplyOf<"stop">,
  { wasUp, wasAwaited, all }: {
    wasUp: ReadonlySet<string>;
    wasAwaited: ReadonlySet<string>;
    all: boolean;
  },
): Promise<void> {
  // Who names a job wants to hear of it; of all jobs those that were down are no news.
  const ended = new Map(reply.ended?.map(({ job_id, processes }) => [job_id, processes]));
  const told = reply.jobs.filter((job) =>
    !all || wasUp.has(job.id) || wasAwaited.has(job.id) || ended.has(job.id)
  );
  const isStuck = (job: JobView) => isUp(job.status);
  if (!ctx.quiet) {
    await writeLines(
      ctx,
      told.filter((job) => !isStuck(job)).map((job) =>
        wasUp.has(job.id)
          ? `Stopped job ${nameJob(job)}${
            job.schedule === undefined ? "" : "; its schedule counts again after a start"
          }`
          : `Job ${nameJob(job)} is already down (${formatStatus(job)})${
            formatEnded(ended.get(job.id))
          }${wasAwaited.has(job.id) ? "; no change of files starts it any more" : ""}`
      ),
    );
    if (told.length === 0) await ctx.stdout.write("No jobs to stop\n");
    for (const job of told.filter(({ id }) => wasUp.has(id))) {
      if (job.status === "stopped" && job.reason !== null) {
        await writeNote(ctx, `Job ${nameJob(job)}: ${escapeLabel(job.reason)}`);
      }
    }
  }
  await writeSurvivors(ctx, reply.survivors);
}

function idsOf(jobs: readonly JobView[]): Set<string> {
  return new Set(jobs.map(({ id }) => id));
}

function formatEnded(processes: number | undefined): string {
  if (processes === undefined) return "";
  return `; ended ${countOf(processes, "process", "processes")} that it had left`;
}
