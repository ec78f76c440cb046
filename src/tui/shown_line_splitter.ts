import { ScreenFlattener } from "../text/screen_flattener.ts";
import { TerminalLine } from "../text/terminal_line.ts";

/** A line as a terminal would show it, without its end. */
export interface RawLine {
  readonly text: string;
  /** How many characters at its end were left out because the line is too long to show. */
  readonly hidden: number;
}

/** What is kept of one line. */
export const MAX_LINE_CHARS = 8_192;

/** Cuts a stream of bytes into lines, whatever pieces it arrives in, each as a terminal would show it in the end. */
export class ShownLineSplitter {
  readonly #decoder = new TextDecoder();
  readonly #flattener = new ScreenFlattener();
  readonly #line = new TerminalLine(MAX_LINE_CHARS);

  /** The lines that `bytes` ends. */
  push(bytes: Uint8Array): RawLine[] {
    const text = this.#flattener.push(this.#decoder.decode(bytes, { stream: true }));
    const lines: RawLine[] = [];
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#append(text.slice(from, end));
      lines.push(this.#take());
      from = end + 1;
    }
    this.#append(text.slice(from));
    return lines;
  }

  /** Whether what a program drew on a whole screen was left out. */
  get hasHidden(): boolean {
    return this.#flattener.hasHidden;
  }

  /** The line that has no end yet. */
  get open(): RawLine | undefined {
    const { text, hidden } = this.#line;
    return text === "" && hidden === 0 ? undefined : { text, hidden };
  }

  /** The last line of a stream that has ended without a line feed. */
  end(): RawLine | undefined {
    this.#append(this.#flattener.push(this.#decoder.decode()) + this.#flattener.end());
    const { open } = this;
    this.#take();
    return open;
  }

  #append(text: string): void {
    if (text !== "") this.#line.write(text);
  }

  #take(): RawLine {
    const { text, hidden } = this.#line;
    this.#line.clear();
    return { text, hidden };
  }
}
