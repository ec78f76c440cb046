import { runLogPaths } from "../../logs/log_paths.ts";
import { type LogQuery, readLogBatches } from "../../logs/read_log_batches.ts";
import type { Stretch } from "../../logs/stretches.ts";
import { type Head, takeRun } from "../../logs/take_run.ts";
import type { CommandContext } from "../frame/command.ts";
import type { LineOrigin } from "../output/log_line_json.ts";
import type { LogWriter } from "../output/log_writer.ts";
import { keepLast, type RunLines } from "./keep_last.ts";
import { wantedLines } from "./wanted_lines.ts";
import { isOver, type LogSource, stretchesOf, type WantedLogs } from "./wanted_logs.ts";

/** Options of {@linkcode showLogs}. */
export interface ShowLogsOptions {
  readonly query: WantedLogs;
  readonly writer: LogWriter;
}

/** What has been read of a job and was not shown yet. */
interface JobHead extends Head {
  origin: LineOrigin;
  readonly batches: AsyncIterator<RunLines>;
}

/** Shows what the runs have printed so far; the lines of several jobs in the order of their times. */
export async function showLogs(
  ctx: CommandContext,
  sources: readonly LogSource[],
  { query, writer }: ShowLogsOptions,
): Promise<void> {
  for (const { job, reading } of sources) {
    if (reading?.lost) await writer.tellLost({ job, run: job.run }, reading.lost);
  }
  const merged = mergeJobs(ctx, sources, query);
  const shown = query.total === undefined ? merged : keepLast(merged, query.total);
  for await (const { origin, items } of shown) await writer.write(origin, items);
}

async function* mergeJobs(
  ctx: CommandContext,
  sources: readonly LogSource[],
  query: WantedLogs,
): AsyncGenerator<RunLines> {
  const heads = sources.map((source): JobHead => ({
    origin: { job: source.job, run: source.run },
    batches: readWanted(ctx, source, query)[Symbol.asyncIterator](),
    items: [],
    at: 0,
  }));
  try {
    for (const head of heads) await readOn(head);
    for (let run = takeRun(heads); run !== undefined; run = takeRun(heads)) {
      yield { origin: run.head.origin, items: run.items };
      if (run.head.at === run.head.items.length) await readOn(run.head);
    }
  } finally {
    for (const { batches } of heads) await batches.return?.();
  }
}

async function readOn(head: JobHead): Promise<void> {
  const result = await head.batches.next();
  head.at = 0;
  head.items = result.done ? [] : result.value.items;
  if (!result.done) head.origin = result.value.origin;
}

/** Of a job what is wanted, run by run. */
function readWanted(
  ctx: CommandContext,
  source: LogSource,
  query: WantedLogs,
): AsyncIterable<RunLines> {
  const { lines, pattern, isDeduped = false } = query;
  const stretches = stretchesOf(source);
  // Of what is read as it is, the last lines are found without reading all of it.
  const isTail = pattern === undefined && !isDeduped && stretches.length < 2;
  const tail = isTail ? lines ?? query.total : undefined;
  const wanted = readStretches(ctx, source, { ...query, lines: tail });
  return isTail || lines === undefined ? wanted : keepLast(wanted, lines);
}

async function* readStretches(
  ctx: CommandContext,
  source: LogSource,
  query: WantedLogs,
): AsyncGenerator<RunLines> {
  const { job } = source;
  for (const stretch of stretchesOf(source)) {
    const origin = { job, run: stretch.run };
    const paths = runLogPaths(ctx.paths.logsDir, job.id, stretch.run);
    const { sinceMs, untilMs, lines: tail } = query;
    const asked = { clock: ctx.clock, sinceMs, untilMs, tail, ...askOf(source, stretch, query) };
    for await (const items of wantedLines(ctx, readLogBatches(paths, asked), query)) {
      yield { origin, items };
    }
  }
}

/** Where in a run to begin and to end, and who wants to know how far that has come. */
export function askOf(
  { job, streams, reading }: LogSource,
  { run, from, to }: Stretch,
  { pattern, read }: Pick<WantedLogs, "pattern" | "read">,
): Pick<LogQuery, "streams" | "from" | "to" | "rest" | "onReached"> {
  const rest = isOver(job, run) ? "shown" : pattern === undefined ? "whole characters" : "left";
  return {
    ...streams && { streams },
    ...reading?.isExact && { from, to, rest, streams: streamsOf(from) },
    ...read && {
      onReached: (stream, offset) => read.move(job.id, stream, { run, offset }),
    },
  };
}

function streamsOf(from: Stretch["from"]) {
  return (["stdout", "stderr"] as const).filter((stream) => stream in from);
}
