import { escapeControl } from "../../base/terminal_text.ts";
import type { StreamPlace } from "../../logs/log_cursor.ts";
import { type LinePiece, LineSplitter } from "../../logs/line_splitter.ts";
import { lineText, type LogItem, toLogLines } from "../../logs/log_item.ts";
import { eachLine } from "../../logs/line_splitter.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import { Repeats } from "../../logs/repeats.ts";
import { movesCursor } from "../../text/cursor_moves.ts";
import { TerminalLine } from "../../text/terminal_line.ts";
import type { PlacedOutput, WrittenPlace } from "./cut_output.ts";
import { formatRepeat } from "./notice_text.ts";

const NEWLINE = 0x0a;
const MAX_CELLS = 64 * 1024;

/** Output line by line as text: without what only a terminal obeys, and each line as it would show it in the end. */
export class TextOutput implements PlacedOutput {
  readonly #output: PlacedOutput;
  readonly #isDeduped: boolean;
  readonly #streams = new Map<StreamName, TextStream>();

  constructor(output: PlacedOutput, isDeduped: boolean) {
    this.#output = output;
    this.#isDeduped = isDeduped;
  }

  async write(stream: StreamName, bytes: Uint8Array, place: StreamPlace): Promise<void> {
    let ofStream = this.#streams.get(stream);
    if (ofStream === undefined) {
      ofStream = new TextStream(stream, this.#isDeduped);
      this.#streams.set(stream, ofStream);
    }
    for (const line of ofStream.push(bytes, place)) await this.#give(stream, line);
  }

  tell(stream: StreamName, text: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#output.tell(stream, text, fields);
  }

  /** Nothing more comes: what is held of lines without an end is written. */
  async end(): Promise<void> {
    for (const [stream, ofStream] of this.#streams) {
      for (const line of ofStream.end()) await this.#give(stream, line);
    }
  }

  #give(stream: StreamName, { bytes, ...place }: TextLine): Promise<void> {
    return this.#output.write(stream, bytes, place);
  }
}

/** A line to be written, and which bytes of a run it stands for. */
interface TextLine extends WrittenPlace {
  readonly bytes: Uint8Array;
}

/** The lines of one stream. */
class TextStream {
  readonly #stream: StreamName;
  readonly #repeats: Repeats | undefined;
  readonly #encoder = new TextEncoder();
  #splitter = new LineSplitter();
  #run = 0;
  /** Behind what was shown last. */
  #at = 0;

  constructor(stream: StreamName, isDeduped: boolean) {
    this.#stream = stream;
    this.#repeats = isDeduped ? new Repeats() : undefined;
  }

  push(bytes: Uint8Array, { run, offset }: StreamPlace): TextLine[] {
    const rest = run === this.#run ? [] : this.end();
    this.#run = run;
    return [...rest, ...this.#showAll(this.#splitter.push(bytes, offset))];
  }

  end(): TextLine[] {
    const rest = this.#showAll(this.#splitter.flush());
    this.#splitter = new LineSplitter();
    return [...rest, ...(this.#repeats?.end() ?? []).map((item) => this.#show(item))];
  }

  #showAll(pieces: readonly LinePiece[]): TextLine[] {
    return pieces.flatMap((piece) => [...eachLine(piece)]).flatMap((piece) => {
      const line = toLogLines(piece, this.#stream, 0);
      return (this.#repeats?.take(line) ?? [line]).map((item) => this.#show(item));
    });
  }

  #show(item: LogItem): TextLine {
    if (!("bytes" in item)) {
      return this.#line("times" in item ? `${formatRepeat(item)}\n` : "", this.#at);
    }
    const { bytes, offset } = item;
    this.#at = offset + bytes.length;
    const text = escapeControl(seenOf(lineText(bytes)), { allowColor: false });
    return this.#line(bytes.at(-1) === NEWLINE ? `${text}\n` : text, offset);
  }

  #line(text: string, offset: number): TextLine {
    return { run: this.#run, offset, until: this.#at, bytes: this.#encoder.encode(text) };
  }
}

/** What a terminal would show of a line in the end. */
function seenOf(text: string): string {
  if (!movesCursor(text)) return text;
  const line = new TerminalLine(MAX_CELLS);
  line.write(text);
  return line.text;
}
