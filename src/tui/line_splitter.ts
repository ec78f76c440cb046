/** A line as the job wrote it, without its end. */
export interface RawLine {
  readonly text: string;
  /** How many characters at its end were left out because the line is too long to show. */
  readonly hidden: number;
}

/** What is kept of one line. */
export const MAX_LINE_CHARS = 8_192;

/**
 * Cuts a stream of bytes into lines, whatever pieces it arrives in. A carriage return inside a line begins it anew, as
 * progress bars do. Holds no more than {@linkcode MAX_LINE_CHARS} of a line, however long it is.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #text = "";
  #hidden = 0;
  /** A carriage return was the last character: whatever comes, except a line feed, replaces the line. */
  #returned = false;

  /** The lines that `bytes` ends. */
  push(bytes: Uint8Array): RawLine[] {
    const text = this.#decoder.decode(bytes, { stream: true });
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

  /** The line that has no end yet. */
  get open(): RawLine | undefined {
    return this.#text === "" && this.#hidden === 0
      ? undefined
      : { text: this.#text, hidden: this.#hidden };
  }

  /** The last line of a stream that has ended without a line feed. */
  end(): RawLine | undefined {
    this.#append(this.#decoder.decode());
    const { open } = this;
    this.#take();
    return open;
  }

  #append(text: string): void {
    if (text === "") return;
    const body = text.replace(/\r+$/, "");
    if (body !== "") {
      const lastReturn = body.lastIndexOf("\r");
      if (this.#returned || lastReturn >= 0) this.#reset();
      this.#keep(body.slice(lastReturn + 1));
    }
    this.#returned = body.length < text.length;
  }

  #keep(text: string): void {
    const room = MAX_LINE_CHARS - this.#text.length;
    this.#text += text.length <= room ? text : text.slice(0, room);
    this.#hidden += Math.max(0, text.length - room);
  }

  #take(): RawLine {
    const line = { text: this.#text, hidden: this.#hidden };
    this.#reset();
    return line;
  }

  #reset(): void {
    this.#text = "";
    this.#hidden = 0;
    this.#returned = false;
  }
}
