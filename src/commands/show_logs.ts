import { runLogPaths } from "../logs/log_paths.ts";
import { type Head, type LogItem, readLogBatches, takeRun } from "../logs/merge.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { CommandContext } from "./command.ts";
import { filterLines, keepItem } from "./filter_lines.ts";
import type { LogsQuery } from "./logs.ts";
import type { LogWriter } from "./output/log_writer.ts";

/** A run of a job whose output is wanted. */
export interface LogSource {
  readonly job: JobView;
  /** 0 for a job that has never run. */
  readonly run: number;
}

/** Options of {@linkcode showLogs}. */
export interface ShowLogsOptions {
  readonly query: LogsQuery;
  readonly writer: LogWriter;
}

/** What has been read of a run and was not shown yet. */
interface RunHead extends Head {
  readonly source: LogSource;
  readonly batches: AsyncIterator<readonly LogItem[]>;
}

/** Shows what the runs have printed so far; the lines of several jobs in the order of their times. */
export async function showLogs(
  ctx: CommandContext,
  sources: readonly LogSource[],
  { query, writer }: ShowLogsOptions,
): Promise<void> {
  const heads = sources.filter((source) => source.run > 0).map((source): RunHead => ({
    source,
    batches: readWanted(ctx, source, query)[Symbol.asyncIterator](),
    items: [],
    at: 0,
  }));
  for (const head of heads) await readOn(head);
  for (let run = takeRun(heads); run !== undefined; run = takeRun(heads)) {
    await writer.write(run.head.source, run.items);
    if (run.head.at === run.head.items.length) await readOn(run.head);
  }
}

async function readOn(head: RunHead): Promise<void> {
  const result = await head.batches.next();
  head.items = result.done ? [] : result.value;
  head.at = 0;
}

async function* readWanted(
  ctx: CommandContext,
  { job, run }: LogSource,
  query: LogsQuery,
): AsyncGenerator<readonly LogItem[]> {
  const paths = runLogPaths(ctx.paths.logsDir, job.id, run);
  const { clock } = ctx;
  const { sinceMs, untilMs, lines, pattern } = query;
  if (!pattern) return yield* readLogBatches(paths, { clock, sinceMs, untilMs, tail: lines });
  const matching = filterLines(readLogBatches(paths, { clock, sinceMs, untilMs }), pattern);
  if (lines === undefined) return yield* matching;
  let last: LogItem[] = [];
  for await (const batch of matching) {
    // The bytes are only lent.
    last = [...last, ...batch.slice(-lines).map(keepItem)].slice(-lines);
  }
  if (lines > 0) yield last;
}
