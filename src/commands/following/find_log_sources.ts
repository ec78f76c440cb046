import { AppError } from "../../base/app_error.ts";
import type { LogCursor } from "../../logs/log_cursor.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import { keptRuns, readingSince } from "../../logs/stretches.ts";
import { isInTrouble } from "../../protocol/is_in_trouble.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import type { CommandContext, JobReader } from "../frame/command.ts";
import type { AskedCursor } from "../frame/output_flags.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import { nameJob } from "../output/job_text.ts";
import { placesOf } from "./places_of.ts";
import { readRun } from "./stream_command.ts";
import type { LogSource } from "./wanted_logs.ts";

/** The jobs whose output is asked for. */
export interface FoundSources {
  readonly sources: readonly LogSource[];
  /** Jobs that a cursor names and that are not there any more. */
  readonly gone: readonly string[];
  /** Whether it is of all jobs, also of those that may come. */
  readonly isOfAll: boolean;
}

/** Which jobs and runs `imp logs` is asked for. @throws AppError `job.not_found`, `run.not_found`, `usage.bad_cursor` */
export async function findLogSources(
  ctx: CommandContext,
  args: ParsedArgs,
  asked: AskedCursor | undefined,
): Promise<FoundSources> {
  // What follows is told by a daemon; what was printed is in the files.
  const reader: JobReader = args.has("follow") ? await ctx.client() : await ctx.source();
  const cursor = asked?.cursor;
  const isOfAll = args.operands.length === 0 && (cursor?.isOfAll ?? true);
  const needsRuns = args.has("run") || args.has("previous");
  const found = isOfAll && !needsRuns
    ? (await reader.request("list", {})).jobs.map((job) => ({ job, run: job.run }))
    : await findNamed(reader, args, cursor);
  const known = new Set(found.map(({ job }) => job.id));
  return {
    sources: found.map((source) => toSource(ctx, args, { ...source, asked })),
    gone: args.operands.length > 0
      ? []
      : cursor?.jobs.map(({ jobId }) => jobId).filter((id) => !known.has(id)) ?? [],
    isOfAll,
  };
}

interface FoundJob {
  readonly job: JobView;
  readonly run: number;
}

/** The jobs that are named, by a cursor if by nobody else, or all of them. */
async function findNamed(
  reader: JobReader,
  args: ParsedArgs,
  cursor: LogCursor | undefined,
): Promise<FoundJob[]> {
  const isNamed = args.operands.length > 0;
  const listed = isNamed ? [] : (await reader.request("list", {})).jobs.map((job) => job.id);
  const wanted = cursor && new Set(cursor.jobs.map(({ jobId }) => jobId));
  const names = isNamed ? args.operands : listed.filter((id) => wanted?.has(id) ?? true);
  const found = new Map<string, FoundJob>();
  for (const name of names) {
    const details = await reader.request("get_job", { job: name });
    const run = args.has("previous") ? readPrevious(details, isNamed) : readRun(args, details);
    if (run !== undefined) found.set(details.job.id, { job: details.job, run });
  }
  return [...found.values()];
}

/** The run before the last one; of a job that has none, an error where it was named. */
function readPrevious({ job, runs }: ReplyOf<"get_job">, isNamed: boolean): number | undefined {
  const earlier = runs.map(({ run }) => run).filter((run) => run < job.run);
  if (earlier.length > 0) return Math.max(...earlier);
  if (!isNamed) return undefined;
  throw new AppError("run.not_found", `Job ${nameJob(job)} has no run before its last one`, {
    hint: job.run > 1 ? "Earlier ones are kept no more" : "It has run only once, or not yet",
  });
}

function toSource(
  ctx: CommandContext,
  args: ParsedArgs,
  { job, run, asked }: FoundJob & { asked: AskedCursor | undefined },
): LogSource {
  const { logsDir } = ctx.paths;
  const streams: readonly StreamName[] = args.has("errors") && !isInTrouble(job)
    ? ["stderr"]
    : ["stdout", "stderr"];
  if (asked !== undefined) {
    const reading = readingSince({
      logsDir,
      places: placesOf(job, asked),
      lastRun: job.run,
      streams,
    });
    return { job, run, streams, reading: { ...reading, isExact: true } };
  }
  if (!args.has("all-runs")) return { job, run, streams };
  const stretches = keptRuns(logsDir, job.id).map((each) => ({ run: each, from: {}, to: {} }));
  return { job, run, streams, reading: { stretches, lost: undefined, isExact: false } };
}
