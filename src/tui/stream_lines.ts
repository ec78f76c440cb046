import type { StreamName } from "../logs/log_paths.ts";
import { type RawLine, ShownLineSplitter } from "./shown_line_splitter.ts";
import { type LinePlace, type OutputLine, remark } from "./output_line.ts";
import { PLAIN_STYLE, type SgrStyle } from "../text/sgr_style.ts";
import { toStyledLine } from "../text/styled_line.ts";

/** Options of {@linkcode StreamLines}. */
export interface StreamLinesOptions {
  readonly kind: StreamName;
  readonly path: string;
  readonly run: number;
  readonly color: boolean;
}

/** When the byte at an offset was written. */
export type DateByte = (offset: number) => number;

const NEWLINE = 0x0a;

/** One stream of a run: where we are in it, and its bytes as lines that are safe to show. */
export class StreamLines {
  readonly kind: StreamName;
  readonly path: string;
  readonly #run: number;
  readonly #color: boolean;
  #offset = 0;
  #lineStart = 0;
  #splitter = new ShownLineSplitter();
  #style: SgrStyle = PLAIN_STYLE;
  #hasToldScreen = false;

  constructor({ kind, path, run, color }: StreamLinesOptions) {
    this.kind = kind;
    this.path = path;
    this.#run = run;
    this.#color = color;
  }

  /** Where the next byte is. */
  get offset(): number {
    return this.#offset;
  }

  /** Where the line begins that has no end yet. */
  get lineStart(): number {
    return this.#lineStart;
  }

  /** The lines that bytes at `offset` complete. */
  push(bytes: Uint8Array, offset: number, dateByte: DateByte): OutputLine[] {
    const lines: OutputLine[] = [];
    for (let from = 0; from < bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, from);
      const to = newline < 0 ? bytes.length : newline + 1;
      const ended = this.#splitter.push(bytes.subarray(from, to));
      this.#offset = offset + to;
      if (ended.length > 0) {
        const place = this.#place(dateByte);
        for (const line of ended) lines.push(this.#toLine(line, place));
      }
      if (newline >= 0) this.#lineStart = this.#offset;
      from = to;
    }
    if (this.#hasToldScreen || !this.#splitter.hasHidden) return lines;
    this.#hasToldScreen = true;
    const told = remark("what it draws on a whole screen is left out");
    return [...lines, { ...told, place: this.#place(dateByte) }];
  }

  /** Goes on at another place, which begins a line. */
  skipTo(offset: number, dateByte: DateByte = () => 0): OutputLine[] {
    const rest = this.end(dateByte);
    this.#offset = this.#lineStart = offset;
    this.#style = PLAIN_STYLE;
    return rest;
  }

  /** The line that has no end yet. */
  get open(): OutputLine | undefined {
    const { open } = this.#splitter;
    return open && this.#dress(open).line;
  }

  /** The last line, where it has no end and will not get one. */
  end(dateByte: DateByte): OutputLine[] {
    const last = this.#splitter.end();
    this.#splitter = new ShownLineSplitter();
    const place = this.#place(dateByte);
    this.#lineStart = this.#offset;
    return last ? [this.#toLine(last, place)] : [];
  }

  #place(dateByte: DateByte): LinePlace {
    const from = this.#lineStart;
    return { run: this.#run, from, to: this.#offset, timeMs: dateByte(from) };
  }

  #toLine(raw: RawLine, place: LinePlace): OutputLine {
    const { line, style } = this.#dress(raw);
    this.#style = style;
    return { ...line, place };
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
