import type { Drop } from "./drops.ts";
import type { LinePiece } from "./line_splitter.ts";
import type { StreamName } from "./log_paths.ts";

/**
 * Lines of output that were written at the same time, or a piece of one; `eachLine` tells them apart. The bytes are the
 * caller's until it asks for more.
 */
export interface LogLines extends LinePiece {
  stream: StreamName;
  /** Where the stream goes on behind them, where the bytes are not those that were written. */
  until?: number | undefined;
  /** When it was written, to within 100 ms. */
  timeMs: number;
}

/** What a reader ought to know about the lines that follow. */
export interface LogNotice {
  stream: StreamName;
  timeMs: number;
  /**
   * `truncated`: somebody emptied or shortened the file; `removed`, `replaced`: somebody took it away, or put another in
   * its place; `screen`: what a program drew on a whole screen was left out.
   */
  notice: "truncated" | "removed" | "replaced" | "screen";
  /** Where reading goes on in a file that was shortened. */
  offset?: number | undefined;
}

/** Bytes of the stream that were cut off before they could be read. */
export interface GapNotice {
  stream: StreamName;
  timeMs: number;
  notice: "gap";
  from: number;
  to: number;
}

/** A line that came again and again, and was not given out each time. */
export interface RepeatNotice {
  stream: StreamName;
  timeMs: number;
  notice: "repeated" | "redrawn";
  /** How often it came beside that. */
  times: number;
  /** The line, as it was given out. */
  text: string;
}

/** Bytes of the stream that are in no file. */
export interface DropNotice {
  stream: StreamName;
  timeMs: number;
  notice: "dropped";
  drop: Drop;
}

/** What a reader is told of a drop. */
export function toDropNotice(drop: Drop, stream: StreamName): DropNotice {
  return { stream, timeMs: drop.timeMs, notice: "dropped", drop };
}

/** What a reader of merged output gets. */
export type LogItem = LogLines | LogNotice | GapNotice | DropNotice | RepeatNotice;

/** A piece of a stream as lines of output. */
export function toLogLines(piece: LinePiece, stream: StreamName, timeMs: number): LogLines {
  const { offset, bytes, startsLine, end } = piece;
  return { stream, timeMs, offset, bytes, startsLine, end };
}

/** Where the stream goes on behind an item; undefined where it says nothing of that. */
export function endOf(item: LogItem): number | undefined {
  if ("bytes" in item) return item.until ?? item.offset + item.bytes.length;
  return item.notice === "gap" ? item.to : "offset" in item ? item.offset : undefined;
}

/** A line as text, without its newline; what is not UTF-8 becomes U+FFFD. */
export function lineText(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  return text.endsWith("\r\n") ? text.slice(0, -2) : text.endsWith("\n") ? text.slice(0, -1) : text;
}

const decoder = new TextDecoder();
