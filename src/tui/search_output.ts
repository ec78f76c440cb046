import type { StreamName } from "../logs/log_paths.ts";
import { type StreamRange, StreamReader } from "../logs/stream_reader.ts";
import { nextLineStart } from "../logs/tail.ts";
import type { StreamOffsets } from "../logs/stretches.ts";
import { PLAIN_STYLE } from "../text/sgr_style.ts";
import type { LineWish } from "./output_line.ts";
import { type PageSource, pathsOf, placeOf } from "./read_page.ts";
import { searchPattern } from "./search_pattern.ts";
import { ShownLineSplitter } from "./shown_line_splitter.ts";
import { toStyledLine } from "../text/styled_line.ts";

/** What is looked for, and from where. */
export interface SearchOptions {
  readonly source: PageSource;
  readonly query: string;
  readonly isBackward: boolean;
  /** A line; undefined is the end that is searched from. */
  readonly from: LineWish | undefined;
  /** That line counts, too. */
  readonly isInclusive: boolean;
  readonly signal: AbortSignal;
}

/** What is read at once; then everything else in the process gets its turn. */
const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

type Ranges = ReadonlyMap<StreamName, StreamRange>;

/**
 * The next line of all that is kept in which the words are seen, in the order in which lines were written; `hasWrapped`
 * when it is on the other side of where the search began. Undefined when there is none.
 */
export async function searchOutput(
  options: SearchOptions,
): Promise<{ readonly line: LineWish; readonly hasWrapped: boolean } | undefined> {
  const { source, isBackward } = options;
  const all = new Map(pathsOf(source).map(([kind, path]) => [kind, rangeOf(path)]));
  const start = startOf(options, all);
  const [below, above] = [
    ranges(all, (kind, { end }) => ({ first: start[kind] ?? end, end })),
    ranges(all, (kind, { first, end }) => ({ first, end: start[kind] ?? end })),
  ];
  const [ahead, behind] = isBackward ? [above, below] : [below, above];
  const near = await searchRanges(options, ahead);
  if (near) return { line: near, hasWrapped: false };
  const far = await searchRanges(options, behind);
  return far && { line: far, hasWrapped: true };
}

function rangeOf(path: string): StreamRange {
  using reader = StreamReader.open(path);
  return reader?.range() ?? { first: 0, end: 0 };
}

function ranges(
  all: Ranges,
  toRange: (kind: StreamName, range: StreamRange) => StreamRange,
): Ranges {
  return new Map([...all].map(([kind, range]) => [kind, toRange(kind, range)]));
}

/** Where the search begins, in each stream. */
function startOf(options: SearchOptions, all: Ranges): StreamOffsets {
  const { source, from, isBackward, isInclusive } = options;
  if (from === undefined) {
    const ends = [...all].map(([kind, { first, end }]) => [kind, isBackward ? end : first]);
    return Object.fromEntries(ends);
  }
  const place = placeOf(source, from);
  if (isBackward || isInclusive) return place;
  const path = pathsOf(source).find(([kind]) => kind === from.kind)?.[1];
  if (path === undefined) return place;
  using reader = StreamReader.open(path);
  const end = reader && nextLineStart(reader, from.from + 1, reader.range().end);
  return { ...place, [from.kind]: end ?? from.from };
}

/** The first match of all streams, or the last. */
async function searchRanges(options: SearchOptions, wanted: Ranges): Promise<LineWish | undefined> {
  const { source, isBackward } = options;
  let found: LineWish | undefined;
  for (const [kind, path] of pathsOf(source)) {
    const range = wanted.get(kind)!;
    // Of another stream only what would come before it.
    const limit = found && placeOf(source, found)[kind];
    const { first, end } = range;
    const nearer = limit === undefined
      ? range
      : isBackward
      ? { first: Math.max(first, limit), end }
      : { first, end: Math.min(end, limit) };
    const from = await searchStream(path, { ...options, range: nearer });
    if (from !== undefined) found = { kind, from };
  }
  return found;
}

type StreamSearch = SearchOptions & { readonly range: StreamRange };

async function searchStream(path: string, options: StreamSearch): Promise<number | undefined> {
  const { range, isBackward, signal } = options;
  using reader = StreamReader.open(path);
  if (reader === undefined) return undefined;
  const buffer = new Uint8Array(CHUNK_BYTES);
  let { first, end } = range;
  while (first < end && !signal.aborted) {
    const size = Math.min(CHUNK_BYTES, end - first);
    const chunk = reader.read(isBackward ? end - size : first, buffer.subarray(0, size));
    if (chunk.bytes.length === 0) return undefined;
    const isRest = size === end - first;
    const [from, to] = isRest ? [0, chunk.bytes.length] : wholeLines(chunk.bytes, isBackward);
    const at = findIn(chunk.bytes.subarray(from, to), options);
    if (at !== undefined) return chunk.offset + from + at;
    if (isBackward) end = chunk.offset + from;
    else first = chunk.offset + to;
    await reader.pause();
  }
  return undefined;
}

/** The whole lines of a chunk that are to be looked at before the next; all of it, where it is one line. */
function wholeLines(bytes: Uint8Array, isBackward: boolean): [number, number] {
  if (!isBackward) return [0, bytes.lastIndexOf(NEWLINE) + 1 || bytes.length];
  const from = bytes.indexOf(NEWLINE) + 1;
  return [from === bytes.length ? 0 : from, bytes.length];
}

/** Where the first line in which the words are seen begins in `bytes`, or the last. */
function findIn(bytes: Uint8Array, { query, isBackward }: StreamSearch): number | undefined {
  const text = decoder.decode(bytes);
  const pattern = searchPattern(query, { throughColors: text.includes("\x1b") });
  if (isBackward) {
    const places = Array.from(text.matchAll(pattern), ({ index }) => index);
    return firstSeen(places.reverse(), { text, bytes, query });
  }
  const places = text.matchAll(pattern);
  return firstSeen(places.map(({ index }) => index), { text, bytes, query });
}

/** Of places where the words may be, the line of the first one where they are seen. */
function firstSeen(
  places: Iterable<number>,
  { text, bytes, query }: { text: string; bytes: Uint8Array; query: string },
): number | undefined {
  let looked = -1;
  for (const place of places) {
    const lineStart = place === 0 ? 0 : text.lastIndexOf("\n", place - 1) + 1;
    if (lineStart === looked) continue;
    looked = lineStart;
    const lineEnd = text.indexOf("\n", place);
    const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
    if (isSeen(line, query)) return byteOf(lineStart, { text, bytes });
  }
  return undefined;
}

/** Whether what a terminal would show of a line has the words. */
function isSeen(line: string, query: string): boolean {
  const splitter = new ShownLineSplitter();
  const shown = splitter.push(new TextEncoder().encode(`${line}\n`));
  return shown.some(({ text }) =>
    searchPattern(query).test(toStyledLine(text, { style: PLAIN_STYLE, color: false }).text)
  );
}

/** Where the line that begins at a place in the text begins in the bytes. */
function byteOf(lineStart: number, { text, bytes }: { text: string; bytes: Uint8Array }): number {
  // All of it is ASCII.
  if (text.length === bytes.length) return lineStart;
  let at = 0;
  for (let newline = text.indexOf("\n"); newline >= 0 && newline < lineStart;) {
    at = bytes.indexOf(NEWLINE, at) + 1;
    newline = text.indexOf("\n", newline + 1);
  }
  return at;
}
