import { endOf, type LogItem, type LogLines } from "../../logs/log_item.ts";
import { ScreenFlattener } from "../../text/screen_flattener.ts";

const ESC = 0x1b;
const NEWLINE = 0x0a;

/**
 * The lines of one run without what only a whole screen can show (see {@linkcode ScreenFlattener}); that something was
 * left out is told once a stream.
 */
export async function* flatLines(
  batches: AsyncIterable<readonly LogItem[]>,
): AsyncGenerator<readonly LogItem[]> {
  const streams = { stdout: new FlatStream(), stderr: new FlatStream() };
  for await (const batch of batches) {
    const flat = batch.flatMap((item) => "bytes" in item ? streams[item.stream].take(item) : item);
    if (flat.length > 0) yield flat;
  }
}

/** One stream: its lines may end elsewhere than they were written to end. */
class FlatStream {
  readonly #flattener = new ScreenFlattener();
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  #hasTold = false;
  /** Whether what was given out last goes on. */
  #isOpen = false;

  take(lines: LogLines): LogItem | LogItem[] {
    const { bytes, end } = lines;
    if (this.#flattener.isIdle && !bytes.includes(ESC)) {
      this.#flattener.passBy(bytes.at(-1) === NEWLINE);
      return this.#give(lines);
    }
    const text = this.#decoder.decode(bytes);
    const flat = this.#flattener.push(text) + (end === "line" ? this.#flattener.end() : "");
    return [
      ...flat === text ? [this.#give(lines)] : this.#split({ ...lines, until: endOf(lines) }, flat),
      ...this.#tell(lines),
    ];
  }

  #give(lines: LogLines): LogLines {
    const startsLine = !this.#isOpen;
    this.#isOpen = lines.end !== "line";
    return lines.startsLine === startsLine ? lines : { ...lines, startsLine };
  }

  /** Whole lines, and what goes on behind them: also where the end of the line was left out. */
  #split(lines: LogLines, flat: string): LogLines[] {
    const newline = flat.lastIndexOf("\n") + 1;
    const [whole, rest] = [flat.slice(0, newline), flat.slice(newline)];
    const isCutShort = lines.end === "line" && lines.bytes.at(-1) === NEWLINE;
    const end = isCutShort ? "pause" : lines.end;
    return [
      ...whole === "" ? [] : [this.#give({ ...lines, bytes: this.#encode(whole), end: "line" })],
      ...rest === "" ? [] : [this.#give({ ...lines, bytes: this.#encode(rest), end })],
    ];
  }

  #encode(text: string): Uint8Array {
    return this.#encoder.encode(text);
  }

  #tell({ stream, timeMs }: LogLines): LogItem[] {
    if (this.#hasTold || !this.#flattener.hasHidden) return [];
    this.#hasTold = true;
    return [{ stream, timeMs, notice: "screen" }];
  }
}
