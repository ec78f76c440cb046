import { describeDrop, DropsReader } from "../logs/drops.ts";
import { type RunLogPaths, runLogPaths, type StreamName } from "../logs/log_paths.ts";
import { StreamReader } from "../logs/stream_reader.ts";
import type { StreamOffsets } from "../logs/stretches.ts";
import { findTail, nextLineStart } from "../logs/tail.ts";
import { TimeIndex } from "../logs/time_index.ts";
import { type Extent, type LineWish, type OutputLine, remark } from "./output_line.ts";
import type { OutputPage } from "./output_window.ts";
import { type DateByte, roughBytes, StreamLines } from "./stream_lines.ts";

/** Which output pages are read of. */
export interface PageSource {
  readonly logsDir: string;
  readonly jobId: string;
  readonly run: number;
  readonly streams: readonly StreamName[];
  readonly color: boolean;
}

/** So many lines, and no more bytes of a stream than this, are read at once. */
const PAGE_LINES = 1_000;
const PAGE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** What one stream has of a page. */
interface Part {
  readonly kind: StreamName;
  readonly lines: OutputLine[];
  readonly open: readonly OutputLine[];
  readonly from: number;
  readonly to: number;
  readonly readTo: number;
  /** Nothing is kept beyond it, in the direction that is read in. */
  readonly isAll: boolean;
}

/** The streams of a run as lines, from nowhere yet. */
export function openStreams(source: PageSource): StreamLines[] {
  const paths = runLogPaths(source.logsDir, source.jobId, source.run);
  const { color, run } = source;
  return source.streams.map((kind) => new StreamLines({ kind, path: paths[kind], color, run }));
}

/**
 * The page before a place, or the last one; lines are in the order they were written in, to within 100 ms. Who goes on
 * reading behind the last one goes on with `streams`.
 */
export function readBefore(
  source: PageSource,
  to: StreamOffsets = {},
  streams: readonly StreamLines[] = openStreams(source),
): OutputPage {
  const { run } = source;
  const dates = readDates(source);
  const parts = streams.map((stream) => readPartBefore(stream, to[stream.kind], dates));
  const all = inOrder(parts);
  // What was written before the first line of a stream of which there is more above it has holes.
  const bounds = parts.filter(({ isAll, lines }) => !isAll && lines.length > 0)
    .map(({ lines }) => all.indexOf(lines[0]!));
  const begin = Math.max(0, all.length - PAGE_LINES, ...bounds);
  const lines = all.slice(begin);
  const hasBefore = begin > 0 || parts.some(({ isAll }) => !isAll);
  const from = each(parts, (part) => fromOf(part, lines) ?? part.to);
  const told = withDrops(source, lines, {
    fromMs: hasBefore ? timeOf(lines[0]) ?? Infinity : -Infinity,
    toMs: Object.keys(to).length === 0 ? Infinity : timeOf(lines.at(-1)) ?? -Infinity,
  });
  return {
    run,
    lines: hasBefore ? told : [...whatIsGone(parts), ...told],
    open: parts.flatMap(({ open }) => open),
    from,
    to: each(parts, (part) => part.to),
    readTo: each(parts, (part) => part.readTo),
    hasBefore,
    hasAfter: false,
  };
}

/** The page behind a place, or the first one. */
export function readAfter(source: PageSource, from: StreamOffsets = {}): OutputPage {
  const { run } = source;
  const dates = readDates(source);
  const parts = openStreams(source).map((stream) =>
    readPartAfter(stream, from[stream.kind] ?? 0, dates)
  );
  const all = inOrder(parts);
  const bounds = parts.filter(({ isAll, lines }) => !isAll && lines.length > 0)
    .map(({ lines }) => all.indexOf(lines.at(-1)!) + 1);
  const end = Math.min(all.length, PAGE_LINES, ...bounds);
  const [lines, rest] = [all.slice(0, end), all.slice(end)];
  const hasAfter = rest.length > 0 || parts.some(({ isAll }) => !isAll);
  const to = each(parts, (part) => fromOf(part, rest) ?? part.to);
  const isFirst = Object.keys(from).length === 0;
  const told = withDrops(source, lines, {
    fromMs: isFirst ? -Infinity : timeOf(lines[0]) ?? Infinity,
    toMs: hasAfter ? timeOf(lines.at(-1)) ?? -Infinity : Infinity,
  });
  return {
    run,
    lines: isFirst ? [...whatIsGone(parts), ...told] : told,
    open: hasAfter ? [] : parts.flatMap(({ open }) => open),
    from: each(parts, (part) => part.from),
    to,
    readTo: hasAfter ? to : each(parts, (part) => part.readTo),
    hasBefore: !isFirst,
    hasAfter,
  };
}

/** The page around a line. */
export function readAround(source: PageSource, wish: LineWish): OutputPage {
  const place = placeOf(source, wish);
  const before = readBefore(source, place);
  const after = readAfter(source, place);
  return { ...after, lines: [...before.lines, ...after.lines], ...pick(before) };
}

function pick({ from, hasBefore }: OutputPage) {
  return { from, hasBefore };
}

/** What is kept of the run now; undefined when there is nothing yet. */
export function keptExtent(source: PageSource): Extent | undefined {
  const ranges = pathsOf(source).map(([kind, path]) => {
    using reader = StreamReader.open(path);
    return [kind, reader?.range() ?? { first: 0, end: 0 }] as const;
  });
  return {
    first: Object.fromEntries(ranges.map(([kind, { first }]) => [kind, first])),
    end: Object.fromEntries(ranges.map(([kind, { end }]) => [kind, end])),
  };
}

/** The place before a line, in all streams that are shown. */
export function placeOf(source: PageSource, { kind, from }: LineWish): StreamOffsets {
  const index = TimeIndex.read(logPathsOf(source).ticks);
  const span = index.spanAt(kind, from);
  const timeMs = span?.timeMs ?? Infinity;
  return Object.fromEntries(
    pathsOf(source).map(([stream, path]) => {
      using reader = StreamReader.open(path);
      if (stream === kind || reader === undefined) return [stream, stream === kind ? from : 0];
      const { end } = reader.range();
      // At the same time stdout comes first.
      const offset = stream === "stdout"
        ? index.offsetUntil(stream, timeMs)
        : index.offsetSince(stream, timeMs);
      return [stream, nextLineStart(reader, Math.min(offset, end), end)];
    }),
  );
}

function logPathsOf({ logsDir, jobId, run }: PageSource): RunLogPaths {
  return runLogPaths(logsDir, jobId, run);
}

/** The files of the streams that are shown. */
export function pathsOf(source: PageSource): [StreamName, string][] {
  const paths = logPathsOf(source);
  return source.streams.map((stream) => [stream, paths[stream]]);
}

/** When bytes of a stream were written. */
type DateStream = (kind: StreamName, reader: StreamReader) => DateByte;

function readDates(source: PageSource): DateStream {
  const index = TimeIndex.read(logPathsOf(source).ticks);
  return (kind, reader) => {
    const latestMs = Math.max(index.lastTimeMs ?? 0, reader.modifiedAtMs());
    return (offset) => index.spanAt(kind, offset)?.timeMs ?? latestMs;
  };
}

function readPartBefore(stream: StreamLines, to: number | undefined, dates: DateStream): Part {
  using reader = StreamReader.open(stream.path);
  if (reader === undefined) return noPart(stream.kind);
  const { first, end } = reader.range();
  const until = Math.min(to ?? end, end);
  const from = startBefore(reader, first, until);
  stream.skipTo(from);
  const lines = readLines(stream, {
    reader,
    until,
    dateByte: dates(stream.kind, reader),
    isFull: () => false,
  });
  return toPart(stream, { lines, from, isAll: from <= first });
}

function readPartAfter(stream: StreamLines, from: number, dates: DateStream): Part {
  using reader = StreamReader.open(stream.path);
  if (reader === undefined) return noPart(stream.kind);
  const { first, end } = reader.range();
  const start = Math.max(first, Math.min(from, end));
  stream.skipTo(start);
  const isFull = (lines: readonly OutputLine[]) =>
    lines.length >= PAGE_LINES || (lines.length > 0 && stream.offset - start >= PAGE_BYTES);
  const lines = readLines(stream, {
    reader,
    until: end,
    dateByte: dates(stream.kind, reader),
    isFull,
  });
  return toPart(stream, { lines, from: start, isAll: stream.offset >= end });
}

function noPart(kind: StreamName): Part {
  return { kind, lines: [], open: [], from: 0, to: 0, readTo: 0, isAll: true };
}

function toPart(
  stream: StreamLines,
  part: { lines: OutputLine[]; from: number; isAll: boolean },
): Part {
  const { kind, open, lineStart: to, offset: readTo } = stream;
  return { kind, ...part, open: open === undefined ? [] : [open], to, readTo };
}

interface ReadLinesOptions {
  readonly reader: StreamReader;
  readonly until: number;
  readonly dateByte: DateByte;
  readonly isFull: (lines: readonly OutputLine[]) => boolean;
}

function readLines(
  stream: StreamLines,
  { reader, until, dateByte, isFull }: ReadLinesOptions,
): OutputLine[] {
  const buffer = new Uint8Array(CHUNK_BYTES);
  const lines: OutputLine[] = [];
  while (stream.offset < until && !isFull(lines)) {
    const room = buffer.subarray(0, Math.min(CHUNK_BYTES, until - stream.offset));
    const { bytes, offset } = reader.read(stream.offset, room);
    if (bytes.length === 0) break;
    if (offset > stream.offset) stream.skipTo(offset);
    for (const line of stream.push(bytes, offset, dateByte)) lines.push(line);
  }
  return lines;
}

/** Where a page begins that ends at `end`. */
function startBefore(reader: StreamReader, first: number, end: number): number {
  const limit = Math.max(first, end - PAGE_BYTES);
  const { offset } = findTail(reader, PAGE_LINES, { first: limit, end });
  if (offset > limit || limit === first) return offset;
  const next = nextLineStart(reader, limit, end);
  // One line is longer than a page.
  return next < end ? next : findTail(reader, 1, { first, end }).offset;
}

/** What was written first comes first; at the same time stdout before stderr. */
function inOrder(parts: readonly Part[]): OutputLine[] {
  const all = parts.flatMap(({ lines }) => lines);
  return parts.length < 2 ? all : all.sort((a, b) => a.place!.timeMs - b.place!.timeMs);
}

/** Where the part's first line among these begins. */
function fromOf({ kind }: Part, lines: readonly OutputLine[]): number | undefined {
  return lines.find((line) => line.kind === kind)?.place?.from;
}

function each(parts: readonly Part[], valueOf: (part: Part) => number): StreamOffsets {
  return Object.fromEntries(parts.map((part) => [part.kind, valueOf(part)]));
}

function whatIsGone(parts: readonly Part[]): OutputLine[] {
  return parts.filter(({ from }) => from > 0)
    .map(({ kind, from }) => remark(`${roughBytes(from)} of ${kind} before this are not kept`));
}

function timeOf(line: OutputLine | undefined): number | undefined {
  return line?.place?.timeMs;
}

/** The lines, and between them what was dropped meanwhile. */
function withDrops(
  source: PageSource,
  lines: readonly OutputLine[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): readonly OutputLine[] {
  const drops = pathsOf(source).flatMap(([kind, path]) => {
    using reader = new DropsReader(path);
    return reader.readNew().filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs)
      .map((drop) => ({ timeMs: drop.timeMs, line: remark(describeDrop(drop, kind)) }));
  });
  if (drops.length === 0) return lines;
  const dated = lines.map((line) => ({ line, timeMs: line.place!.timeMs }));
  return [...dated, ...drops].sort((a, b) => a.timeMs - b.timeMs).map(({ line }) => line);
}
