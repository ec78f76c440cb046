import { DropsReader } from "../logs/drops.ts";
import type { StreamName } from "../logs/log_paths.ts";
import { type RawLine, ShownLineSplitter } from "./shown_line_splitter.ts";
import type { OutputLine } from "./output_buffer.ts";
import { PLAIN_STYLE, type SgrStyle } from "../text/sgr_style.ts";
import { remark } from "./state.ts";
import { toStyledLine } from "../text/styled_line.ts";

/** Options of {@linkcode StreamLines}. */
export interface StreamLinesOptions {
  readonly kind: StreamName;
  readonly path: string;
  readonly color: boolean;
}

/** A line, and where its last byte is in the stream. */
export interface PlacedLine {
  readonly line: OutputLine;
  readonly offset: number;
}

const NEWLINE = 0x0a;

/** One stream of a run: where we are in it, and its bytes as lines that are safe to show. */
export class StreamLines {
  readonly kind: StreamName;
  readonly path: string;
  readonly drops: DropsReader;
  readonly #color: boolean;
  #offset = 0;
  #splitter = new ShownLineSplitter();
  #style: SgrStyle = PLAIN_STYLE;
  #hasToldScreen = false;

  constructor({ kind, path, color }: StreamLinesOptions) {
    this.kind = kind;
    this.path = path;
    this.drops = new DropsReader(path);
    this.#color = color;
  }

  /** Where the next byte is. */
  get offset(): number {
    return this.#offset;
  }

  /** The lines that bytes at `offset` complete. */
  push(bytes: Uint8Array, offset: number): OutputLine[] {
    this.#offset = offset + bytes.length;
    const lines = this.#splitter.push(bytes).map((line) => this.#toLine(line));
    if (this.#hasToldScreen || !this.#splitter.hasHidden) return lines;
    this.#hasToldScreen = true;
    return [...lines, remark("what it draws on a whole screen is left out")];
  }

  /** The same, for who wants to know where the lines are. */
  pushPlaced(bytes: Uint8Array, offset: number): PlacedLine[] {
    const lines: PlacedLine[] = [];
    for (let from = 0; from < bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, from);
      const to = newline < 0 ? bytes.length : newline + 1;
      const ended = this.push(bytes.subarray(from, to), offset + from);
      for (const line of ended) lines.push({ line, offset: offset + to - 1 });
      from = to;
    }
    return lines;
  }

  /** Goes on at another place, which begins a line; what is left out is told when it is more than nothing. */
  skipTo(offset: number): OutputLine[] {
    const missing = offset - this.#offset;
    const rest = this.end();
    this.#offset = offset;
    this.#style = PLAIN_STYLE;
    return missing > 0 ? [...rest, remark(`${roughBytes(missing)} not shown`)] : rest;
  }

  /** The line that has no end yet. */
  get open(): OutputLine | undefined {
    const { open } = this.#splitter;
    return open && this.#dress(open).line;
  }

  /** The last line, where it has no end and will not get one. */
  end(): OutputLine[] {
    const last = this.#splitter.end();
    this.#splitter = new ShownLineSplitter();
    return last ? [this.#toLine(last)] : [];
  }

  #toLine(raw: RawLine): OutputLine {
    const { line, style } = this.#dress(raw);
    this.#style = style;
    return line;
  }

  #dress({ text, hidden }: RawLine): { line: OutputLine; style: SgrStyle } {
    const styled = toStyledLine(text, { style: this.#style, color: this.#color });
    const rest = hidden > 0 ? `… ${roughBytes(hidden)} more` : "";
    return { line: { kind: this.kind, text: styled.text + rest }, style: styled.style };
  }
}

/** `12 MB`: how much there is, not how much exactly. */
export function roughBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  if (bytes < 10_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${Math.round(bytes / 1_000_000)} MB`;
}
