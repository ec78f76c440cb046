/** A line of what a client sends, or why there is none. */
export type JsonLine = { readonly text: string } | { readonly wrong: "too long" | "not UTF-8" };

const NEWLINE = 0x0a;

/**
 * The lines of a stream, without those that are empty, the last one also where nothing ends it. Of a line that is longer
 * than `mostBytes` nothing is kept, whatever it takes until it ends.
 */
export async function* readJsonLines(
  stream: AsyncIterable<Uint8Array>,
  { mostBytes }: { readonly mostBytes: number },
): AsyncGenerator<JsonLine, void, undefined> {
  let line = new LineParts(mostBytes);
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      line.add(chunk.subarray(from, end));
      yield* line.take();
      line = new LineParts(mostBytes);
      from = end + 1;
    }
    line.add(chunk.subarray(from));
  }
  yield* line.take();
}

/** A line in the pieces in which it comes. */
class LineParts {
  readonly #mostBytes: number;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  add(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#mostBytes) this.#parts.length = 0;
    // Who reads may use its buffer again.
    else if (part.length > 0) this.#parts.push(part.slice());
  }

  *take(): Generator<JsonLine> {
    if (this.#bytes > this.#mostBytes) return yield { wrong: "too long" };
    const text = decode(join(this.#parts, this.#bytes));
    if (text === undefined) yield { wrong: "not UTF-8" };
    else if (text.trim() !== "") yield { text };
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
