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

/** The lines of a run in the order they were written, to within 100 ms; lines of one stream are always in order. */
export async function* readLogLines(
  paths: RunLogPaths,
  query: LogQuery,
): AsyncGenerator<LogItem, void, undefined> {
  const index = TimeIndex.read(paths.ticks);
  const sourceQuery: SourceQuery = { ...query, isFollowed: query.follow !== undefined };
  const sources = (query.streams ?? ["stdout", "stderr"] as const)
    .map((stream) => new LineSource(paths, stream, index, sourceQuery));
  try {
    yield* mergeHistory(sources, query.tail);
  } finally {
    for (const source of sources) source[Symbol.dispose]();
  }
  if (query.follow !== undefined && !query.follow.signal.aborted) {
    yield* followLines(sources, { ...query.follow, clock: query.clock });
  }
}

/** A line as text, without its newline; what is not UTF-8 becomes U+FFFD. */
export function lineText(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  return text.endsWith("\r\n") ? text.slice(0, -2) : text.endsWith("\n") ? text.slice(0, -1) : text;
}

const decoder = new TextDecoder();

/** Always the head that was written first; at the same time stdout before stderr. */
async function* mergeHistory(
  sources: readonly LineSource[],
  tail: number | undefined,
): AsyncGenerator<LogItem, void, undefined> {
  const total = sources.reduce((sum, source) => sum + source.lineCount, 0);
  let surplus = tail === undefined ? 0 : Math.max(0, total - tail);
  const heads = sources.map((source) => ({ source, lines: source.lines(), isSkipping: false }))
    .map((head) => ({ ...head, item: next(head.lines) }));
  let readBytes = 0;
  for (;;) {
    let first: typeof heads[number] | undefined;
    for (const head of heads) {
      if (head.item && (!first?.item || head.item.timeMs < first.item.timeMs)) first = head;
    }
    if (!first?.item) return;
    const { item } = first;
    if ("notice" in item) {
      yield item;
    } else {
      if (item.startsLine) first.isSkipping = surplus > 0 && surplus-- > 0;
      readBytes += item.bytes.length;
      if (!first.isSkipping) yield item;
    }
    if (readBytes > TURN_BYTES) {
      await first.source.pause();
      readBytes = 0;
    }
    first.item = next(first.lines);
  }
}

function next(lines: Iterator<LogItem>): LogItem | undefined {
  const result = lines.next();
  return result.done ? undefined : result.value;
}
