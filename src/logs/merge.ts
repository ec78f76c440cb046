import type { Clock } from "../base/clock.ts";
import { followLines } from "./follow_lines.ts";
import { LineSource, type SourceQuery } from "./line_source.ts";
import type { LogItem } from "./log_item.ts";
import type { RunLogPaths, StreamName } from "./log_paths.ts";
import { TimeIndex } from "./time_index.ts";

export type { LogItem, LogLine, LogNotice } from "./log_item.ts";

/** Which lines of a run are wanted. */
export interface LogQuery {
  clock: Clock;
  /** Both, by default. */
  streams?: readonly StreamName[];
  /** The last so many lines, of both streams together. */
  tail?: number | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
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
): AsyncGenerator<LogItem[], void, undefined> {
  const index = TimeIndex.read(paths.ticks);
  const sourceQuery: SourceQuery = { ...query, isFollowed: query.follow !== undefined };
  const sources = (query.streams ?? ["stdout", "stderr"] as const)
    .map((stream) => new LineSource(paths, stream, index, sourceQuery));
  try {
    yield* mergeHistory(sources, query.tail);
  } finally {
    for (const source of sources) source[Symbol.dispose]();
  }
  if (query.follow === undefined || query.follow.signal.aborted) return;
  for await (const batch of followLines(sources, { ...query.follow, clock: query.clock })) {
    if (batch.length > 0) yield batch;
  }
}

/** The same, line by line; for many lines this costs more than the lines themselves. */
export async function* readLogLines(
  paths: RunLogPaths,
  query: LogQuery,
): AsyncGenerator<LogItem, void, undefined> {
  for await (const batch of readLogBatches(paths, query)) yield* batch;
}

/** A line as text, without its newline; what is not UTF-8 becomes U+FFFD. */
export function lineText(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  return text.endsWith("\r\n") ? text.slice(0, -2) : text.endsWith("\n") ? text.slice(0, -1) : text;
}

const decoder = new TextDecoder();

/** What a source has read and was not given out yet. */
interface Head {
  source: LineSource;
  items: LogItem[];
  at: number;
  isSkipping: boolean;
}

/** Always the head that was written first; at the same time stdout before stderr. */
async function* mergeHistory(
  sources: readonly LineSource[],
  tail: number | undefined,
): AsyncGenerator<LogItem[], void, undefined> {
  const total = sources.reduce((sum, source) => sum + source.lineCount, 0);
  let surplus = tail === undefined ? 0 : Math.max(0, total - tail);
  const heads: Head[] = sources.map((source) => ({
    source,
    items: source.read(),
    at: 0,
    isSkipping: false,
  }));
  let [batch, readBytes]: [LogItem[], number] = [[], 0];
  for (let head = earliest(heads); head !== undefined; head = earliest(heads)) {
    const item = head.items[head.at++]!;
    if ("bytes" in item) {
      if (item.startsLine) head.isSkipping = surplus > 0 && surplus-- > 0;
      readBytes += item.bytes.length;
    }
    if ("notice" in item || !head.isSkipping) batch.push(item);
    if (head.at < head.items.length) continue;
    // Reading on overwrites what the batch is made of.
    if (batch.length > 0) yield batch;
    batch = [];
    if (readBytes > TURN_BYTES) {
      await head.source.pause();
      readBytes = 0;
    }
    head.items = head.source.read();
    head.at = 0;
  }
}

function earliest(heads: readonly Head[]): Head | undefined {
  let first: Head | undefined;
  for (const head of heads) {
    if (head.at === head.items.length) continue;
    if (!first || head.items[head.at]!.timeMs < first.items[first.at]!.timeMs) first = head;
  }
  return first;
}
