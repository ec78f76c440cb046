import { runLogPaths } from "../../logs/log_paths.ts";
import type { LogItem } from "../../logs/log_item.ts";
import { readLogBatches } from "../../logs/read_log_batches.ts";
import { type Head, takeRun } from "../../logs/take_run.ts";
import type { CommandContext } from "../frame/command.ts";
import { keepItem } from "./filter_lines.ts";
import type { LogWriter } from "../output/log_writer.ts";
import { wantedLines } from "./wanted_lines.ts";
import type { LogSource, WantedLogs } from "./wanted_logs.ts";

/** Options of {@linkcode showLogs}. */
export interface ShowLogsOptions {
  readonly query: WantedLogs;
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
  query: WantedLogs,
): AsyncGenerator<readonly LogItem[]> {
  const paths = runLogPaths(ctx.paths.logsDir, job.id, run);
  const { clock } = ctx;
  const { sinceMs, untilMs, lines, pattern } = query;
  const tail = pattern === undefined ? lines : undefined;
  const batches = readLogBatches(paths, { clock, sinceMs, untilMs, tail });
  const wanted = wantedLines(ctx, batches, query);
  if (pattern === undefined || lines === undefined) return yield* wanted;
  let last: LogItem[] = [];
  for await (const batch of wanted) {
    // The bytes are only lent.
    last = [...last, ...batch.slice(-lines).map(keepItem)].slice(-lines);
  }
  if (lines > 0) yield last;
}
