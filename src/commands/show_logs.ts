import { lineText, type LogItem, readLogLines } from "../logs/merge.ts";
import { runLogPaths } from "../logs/log_paths.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { CommandContext } from "./command.ts";
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

/** One line on its way, with the job that it is of. */
interface Head {
  readonly source: LogSource;
  readonly items: AsyncIterator<LogItem>;
  item: LogItem | undefined;
}

/** Shows what the runs have printed so far; the lines of several jobs in the order of their times. */
export async function showLogs(
  ctx: CommandContext,
  sources: readonly LogSource[],
  { query, writer }: ShowLogsOptions,
): Promise<void> {
  const heads = sources.filter((source) => source.run > 0).map((source): Head => ({
    source,
    items: readWanted(ctx, source, query)[Symbol.asyncIterator](),
    item: undefined,
  }));
  for (const head of heads) await advance(head);
  for (;;) {
    const first = earliest(heads);
    if (!first?.item) return;
    await writer.write(first.source, first.item);
    await advance(first);
  }
}

async function advance(head: Head): Promise<void> {
  const result = await head.items.next();
  head.item = result.done ? undefined : result.value;
}

function earliest(heads: readonly Head[]): Head | undefined {
  let first: Head | undefined;
  for (const head of heads) {
    if (head.item && (!first?.item || head.item.timeMs < first.item.timeMs)) first = head;
  }
  return first;
}

async function* readWanted(
  ctx: CommandContext,
  { job, run }: LogSource,
  query: LogsQuery,
): AsyncGenerator<LogItem> {
  const paths = runLogPaths(ctx.paths.logsDir, job.id, run);
  const { clock } = ctx;
  const { sinceMs, untilMs, lines, pattern } = query;
  if (!pattern) return yield* readLogLines(paths, { clock, sinceMs, untilMs, tail: lines });
  const matching = filterLines(readLogLines(paths, { clock, sinceMs, untilMs }), pattern);
  if (lines === undefined) return yield* matching;
  const last: LogItem[] = [];
  for await (const item of matching) {
    // The bytes are only lent.
    last.push("bytes" in item ? { ...item, bytes: item.bytes.slice() } : item);
    if (last.length > lines) last.shift();
  }
  yield* last;
}

/** The lines that match, and all notices; of a long line its beginning decides. */
export async function* filterLines(
  items: AsyncIterable<LogItem>,
  pattern: RegExp | undefined,
): AsyncGenerator<LogItem> {
  const isWanted = { stdout: false, stderr: false };
  for await (const item of items) {
    if (pattern && "bytes" in item) {
      if (item.startsLine) isWanted[item.stream] = pattern.test(lineText(item.bytes));
      if (!isWanted[item.stream]) continue;
    }
    yield item;
  }
}
