import type { Clock } from "../base/clock.ts";
import { followLines } from "./follow_lines.ts";
import { eachLine } from "./line_splitter.ts";
import { CHUNK_BYTES, LineSource, type SourceQuery } from "./line_source.ts";
import type { LogItem } from "./log_item.ts";
import type { RunLogPaths, StreamName } from "./log_paths.ts";
import { TimeIndex } from "./time_index.ts";

export { eachLine } from "./line_splitter.ts";
export type { LogItem, LogLines, LogNotice } from "./log_item.ts";

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
): AsyncGenerator<readonly LogItem[], void, undefined> {
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

/** A line as text, without its newline; what is not UTF-8 becomes U+FFFD. */
export function lineText(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  return text.endsWith("\r\n") ? text.slice(0, -2) : text.endsWith("\n") ? text.slice(0, -1) : text;
}

const decoder = new TextDecoder();

/** What one of several sources has read, of which the items before `at` were given out. */
export interface Head {
  items: readonly LogItem[];
  at: number;
}

/**
 * Takes what was written first: the items of one head, up to where another has something older; at the same time the
 * first head is first. Undefined when there is nothing left.
 */
export function takeRun<H extends Head>(
  heads: readonly H[],
): { head: H; items: readonly LogItem[] } | undefined {
  const open = heads.filter(({ items, at }) => at < items.length);
  if (open.length === 0) return undefined;
  const times = open.map(({ items, at }) => items[at]!.timeMs);
  const place = times.indexOf(Math.min(...times));
  const head = open[place]!;
  const earlierMs = Math.min(...times.slice(0, place));
  const laterMs = Math.min(...times.slice(place + 1));
  const mayGo = ({ timeMs }: LogItem) => timeMs < earlierMs && timeMs <= laterMs;
  const start = head.at;
  do head.at++; while (head.at < head.items.length && mayGo(head.items[head.at]!));
  const isAll = start === 0 && head.at === head.items.length;
  return { head, items: isAll ? head.items : head.items.slice(start, head.at) };
}

/** A source of the run, and what it has read. */
interface SourceHead extends Head {
  readonly source: LineSource;
  isSkipping: boolean;
}

/** What was written first comes first; at the same time stdout before stderr. */
async function* mergeHistory(
  sources: readonly LineSource[],
  tail: number | undefined,
): AsyncGenerator<readonly LogItem[], void, undefined> {
  const total = sources.reduce((sum, source) => sum + source.lineCount, 0);
  let surplus = tail === undefined ? 0 : Math.max(0, total - tail);
  const skipSurplus = (head: SourceHead, item: LogItem): LogItem[] => {
    if ("notice" in item) return [item];
    return [...eachLine(item)].filter(({ startsLine }) => {
      if (startsLine) head.isSkipping = surplus > 0 && surplus-- > 0;
      return !head.isSkipping;
    });
  };
  const heads = sources.map((source): SourceHead => ({
    source,
    items: source.read(),
    at: 0,
    isSkipping: false,
  }));
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
    head.items = head.source.read();
    head.at = 0;
  }
}
