import { eachLine } from "../../logs/line_splitter.ts";
import { lineText, type LogItem, type LogLines, type RepeatNotice } from "../../logs/log_item.ts";

/**
 * The lines without those that are the same as the one before in their stream, and with how often that came: behind a
 * line that was repeated, and behind one that went back over itself (a progress bar).
 */
export async function* dedupeLines(
  batches: AsyncIterable<readonly LogItem[]>,
): AsyncGenerator<readonly LogItem[]> {
  const streams = { stdout: new Repeats(), stderr: new Repeats() };
  for await (const batch of batches) {
    const kept = batch.flatMap((item) => "bytes" in item ? streams[item.stream].take(item) : item);
    if (kept.length > 0) yield kept;
  }
  const last = [...streams.stdout.end(), ...streams.stderr.end()];
  if (last.length > 0) yield last;
}

/** The lines of one stream. */
class Repeats {
  #last: LogLines | undefined;
  #text = "";
  #times = 0;

  take(lines: LogLines): LogItem[] {
    return [...eachLine(lines)].flatMap((line) => this.#take(line));
  }

  /** What is to be told of the last line. */
  end(): RepeatNotice[] {
    const [last, times] = [this.#last, this.#times];
    this.#times = 0;
    return last === undefined || times === 0
      ? []
      : [toNotice(last, "repeated", { times, text: this.#text })];
  }

  #take(line: LogLines): LogItem[] {
    const isWhole = line.startsLine && line.end === "line";
    const text = lineText(line.bytes);
    if (isWhole && this.#last !== undefined && text === this.#text) {
      this.#times++;
      return [];
    }
    const told = this.end();
    this.#last = isWhole ? { ...line, bytes: line.bytes.subarray(0, 0) } : undefined;
    this.#text = text;
    const times = text.split("\r").length - 1;
    const redrawn = isWhole && times > 0
      ? [toNotice(line, "redrawn", { times, text: text.slice(text.lastIndexOf("\r") + 1) })]
      : [];
    return [...told, line, ...redrawn];
  }
}

function toNotice(
  { stream, timeMs }: LogLines,
  notice: RepeatNotice["notice"],
  { times, text }: { times: number; text: string },
): RepeatNotice {
  return { stream, timeMs, notice, times, text };
}
