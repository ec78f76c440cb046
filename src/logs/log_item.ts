import type { StreamName } from "./log_paths.ts";

/** A line of output, or a piece of one that is longer than 64 KiB. */
export interface LogLine {
  stream: StreamName;
  /** When it was written, to within 100 ms. */
  timeMs: number;
  /** Where it begins in its stream. */
  offset: number;
  /** As written, with the newline where there is one. The caller's until it asks for more. */
  bytes: Uint8Array;
  /** Whether it begins a line; false for the further pieces of a long one. */
  startsLine: boolean;
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
export type LogItem = LogLine | LogNotice;
