import type { LinePiece } from "./line_splitter.ts";
import type { StreamName } from "./log_paths.ts";

/**
 * Lines of output that were written at the same time, or a piece of one; `eachLine` tells them apart. The bytes are the
 * caller's until it asks for more.
 */
export interface LogLines extends LinePiece {
  stream: StreamName;
  /** When it was written, to within 100 ms. */
  timeMs: number;
}

/** What a reader ought to know about the lines that follow. */
export interface LogNotice {
  stream: StreamName;
  timeMs: number;
  /**
   * `cut`: lines were cut off before they could be read; `truncated`: somebody emptied the file; `removed`: somebody
   * removed it.
   */
  notice: "cut" | "truncated" | "removed";
}

/** What a reader of merged output gets. */
export type LogItem = LogLines | LogNotice;

/** A piece of a stream as lines of output. */
export function toLogLines(piece: LinePiece, stream: StreamName, timeMs: number): LogLines {
  const { offset, bytes, startsLine, end } = piece;
  return { stream, timeMs, offset, bytes, startsLine, end };
}
