import type { Clock } from "../base/clock.ts";
import { followLines } from "./follow_lines.ts";
import { eachLine } from "./line_splitter.ts";
import { LineSource, type StreamQuery } from "./line_source.ts";
import { endOf, type LogItem } from "./log_item.ts";
import type { RunLogPaths, StreamName } from "./log_paths.ts";
import { CHUNK_BYTES } from "./read_window.ts";
import type { StreamOffsets } from "./stretches.ts";
import { type Head, takeRun } from "./take_run.ts";
import { TimeIndex } from "./time_index.ts";

/** Which lines of a run are wanted. */
export interface LogQuery {
  clock: Clock;
  /** Both, by default. */
  streams?: readonly StreamName[];
  /** The last so many lines, of both streams together. */
  tail?: number | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
  /** Where to begin and to end, to the byte; a front that is gone is told as a gap. */
  from?: StreamOffsets | undefined;
  to?: StreamOffsets | undefined;
  /** What becomes of a last line that has no end yet: see {@linkcode StreamQuery}. */
  rest?: StreamQuery["rest"];
  /** Is told how far a stream has been read, or passed over, once that was dealt with. */
  onReached?: ((stream: StreamName, offset: number) => void) | undefined;
  /** Go on with what is being written, until `ended` resolves or `signal` aborts. Not together with `untilMs`. */
  follow?: { signal: AbortSignal; ended: Promise<void> } | undefined;
}

/** How much is read before everything else in the process gets its turn. */
const TURN_BYTES = 1024 * 1024;

/**
 * The lines of a run in the order they were written, to within 100 ms; lines of one stream are always in order. They
 * come in batches, never empty, whose bytes are the caller's until it asks for the next.
 */
export async function* readLogBatches(
  paths: RunLogPaths,
  query: LogQuery,
): AsyncGenerator<readonly LogItem[], void, undefined> {
  const index = TimeIndex.read(paths.ticks);
  const streamQuery: StreamQuery = { ...query, isFollowed: query.follow !== undefined };
  const sources = (query.streams ?? ["stdout", "stderr"] as const)
    .map((stream) => new LineSource(paths, stream, index, streamQuery));
  try {
    const { onReached } = query;
    for (const { stream, beginsAt } of onReached ? sources : []) onReached!(stream, beginsAt);
    yield* tellReached(mergeHistory(sources, query), onReached);
    if (query.follow === undefined || query.follow.signal.aborted) return;
    const live = followLines(sources, { ...query.follow, clock: query.clock });
    for await (const batch of tellReached(live, onReached)) if (batch.length > 0) yield batch;
  } finally {
    for (const source of sources) source[Symbol.dispose]();
  }
}

/** Tells of each batch how far it goes, when the next is asked for. */
async function* tellReached(
  batches: AsyncIterable<readonly LogItem[]>,
  onReached: LogQuery["onReached"],
): AsyncGenerator<readonly LogItem[], void, undefined> {
  if (onReached === undefined) return yield* batches as AsyncGenerator<readonly LogItem[]>;
  for await (const batch of batches) {
    yield batch;
    for (const item of batch) {
      const end = endOf(item);
      if (end !== undefined) onReached(item.stream, end);
    }
  }
}

/** A source of the run, and what it has read. */
interface SourceHead extends Head {
  readonly source: LineSource;
  /** Reads on. */
  readonly next: () => LogItem[];
  isSkipping: boolean;
}

/** For the lines of each source, and for what it has to tell beside them. */
function toHeads(sources: readonly LineSource[], tail: number | undefined): SourceHead[] {
  // Of the last lines only what was dropped among them is told.
  const begun = sources.filter(({ lineCount }) => lineCount > 0).map(({ beginsAtMs }) =>
    beginsAtMs
  );
  const fromMs = tail === undefined || begun.length === 0 ? -Infinity : Math.min(...begun);
  const lines = sources.map((source) => ({ source, next: () => source.read() }));
  const notices = sources.map((source) => ({
    source,
    next: () => tail === 0 ? [] : source.readDrops(fromMs),
  }));
  return [...lines, ...notices].map((head) => ({
    ...head,
    items: head.next(),
    at: 0,
    isSkipping: false,
  }));
}

/** What was written first comes first; at the same time stdout before stderr. */
async function* mergeHistory(
  sources: readonly LineSource[],
  { tail, onReached }: Pick<LogQuery, "tail" | "onReached">,
): AsyncGenerator<readonly LogItem[], void, undefined> {
  const total = sources.reduce((sum, source) => sum + source.lineCount, 0);
  let surplus = tail === undefined ? 0 : Math.max(0, total - tail);
  const skipSurplus = (head: SourceHead, item: LogItem): LogItem[] => {
    if ("notice" in item) return [item];
    return [...eachLine(item)].filter(({ startsLine, offset, bytes }) => {
      if (startsLine) head.isSkipping = surplus > 0 && surplus-- > 0;
      if (head.isSkipping) onReached?.(item.stream, offset + bytes.length);
      return !head.isSkipping;
    });
  };
  const heads = toHeads(sources, tail);
  let readBytes = 0;
  for (let run = takeRun(heads); run !== undefined; run = takeRun(heads)) {
    const { head, items } = run;
    const mustSkip = surplus > 0 || head.isSkipping;
    const wanted = mustSkip ? items.flatMap((item) => skipSurplus(head, item)) : items;
    if (wanted.length > 0) yield wanted;
    if (head.at < head.items.length) continue;
    readBytes += CHUNK_BYTES;
    if (readBytes > TURN_BYTES) {
      await head.source.pause();
      readBytes = 0;
    }
    head.items = head.next();
    head.at = 0;
  }
}
