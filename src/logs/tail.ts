import { type StreamChunk, type StreamRange, StreamReader } from "./stream_reader.ts";

const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
/** After how many bytes everything else in the process gets its turn. */
const TURN_BYTES = 1024 * 1024;

/** Where the last lines begin, and how many there are. */
export interface TailStart {
  offset: number;
  lines: number;
}

/** Where the last `lines` lines of a stream file begin; offset 0 when there is no file. Reads from the end only. */
export function tailOffset(path: string, lines: number): TailStart {
  using reader = StreamReader.open(path);
  return reader ? findTail(reader, lines, reader.range()) : { offset: 0, lines: 0 };
}

/** Where the last `lines` lines of `range` begin. A last line without a newline is one, too. */
export function findTail(reader: StreamReader, lines: number, range: StreamRange): TailStart {
  const buffer = new Uint8Array(BLOCK_BYTES);
  let found = 0;
  let [end, hasBytesBehind] = [range.end, false];
  if (lines <= 0) return { offset: range.end, lines: 0 };
  while (end > range.first) {
    const start = Math.max(range.first, end - BLOCK_BYTES);
    const chunk = reader.read(start, buffer.subarray(0, end - start));
    if (chunk.bytes.length === 0) break;
    // A newline ends the line before it, and begins one only when something comes behind it.
    for (let at = chunk.bytes.length - 1; at >= 0; at--) {
      at = chunk.bytes.lastIndexOf(NEWLINE, at);
      if (at < 0) break;
      const isLast = at === chunk.bytes.length - 1 && !hasBytesBehind;
      if (!isLast && ++found === lines) return { offset: chunk.offset + at + 1, lines };
    }
    hasBytesBehind = true;
    // The front was cut off while we came closer to it: what is left begins here.
    if (chunk.offset > start) return { offset: chunk.offset, lines: found + 1 };
    end = start;
  }
  return { offset: end, lines: hasBytesBehind ? found + 1 : found };
}

/** The beginning of the first line at or behind `offset`, `limit` at most. */
export function nextLineStart(reader: StreamReader, offset: number, limit: number): number {
  const buffer = new Uint8Array(BLOCK_BYTES);
  const { first } = reader.range();
  if (offset <= first) return first;
  for (let at = offset - 1; at < limit;) {
    const chunk = reader.read(at, buffer);
    if (chunk.bytes.length === 0) break;
    if (chunk.offset > at) return chunk.offset;
    const newline = chunk.bytes.indexOf(NEWLINE);
    if (newline >= 0) return Math.min(limit, at + newline + 1);
    at += chunk.bytes.length;
  }
  return limit;
}

/**
 * What is in a stream file from `from` to `to`, all of what is there now by default; each chunk is used up at once. One
 * that begins later than asked for follows a front that was cut off; one that begins earlier is of a file that somebody
 * has emptied, and may have no bytes.
 */
export async function* readStream(
  path: string,
  options: { from?: number; to?: number } = {},
): AsyncGenerator<StreamChunk, void, undefined> {
  using reader = StreamReader.open(path);
  if (reader === undefined) return;
  const buffer = new Uint8Array(BLOCK_BYTES);
  const range = reader.range();
  const end = Math.min(options.to ?? Infinity, range.end);
  let [offset, unpaused] = [options.from ?? 0, 0];
  if (offset > range.end) {
    offset = range.first;
    yield { offset, bytes: buffer.subarray(0, 0) };
  }
  while (offset < end) {
    const chunk = reader.read(offset, buffer);
    const bytes = chunk.bytes.subarray(0, Math.max(0, end - chunk.offset));
    if (bytes.length === 0) return;
    yield { offset: chunk.offset, bytes };
    offset = chunk.offset + bytes.length;
    unpaused += bytes.length;
    if (unpaused < TURN_BYTES) continue;
    await reader.pause();
    unpaused = 0;
  }
}
