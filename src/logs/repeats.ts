import { eachLine } from "./line_splitter.ts";
import { lineText, type LogItem, type LogLines, type RepeatNotice } from "./log_item.ts";

/**
 * The lines of one stream without those that are the same as the one before, and with how often that came: behind a line
 * that was repeated, and behind one that went back over itself (a progress bar).
 */
export class Repeats {
  #last: LogLines | undefined;
  #text = "";
  #times = 0;

  /** What is to be shown of these lines. */
  take(lines: LogLines): LogItem[] {
    return [...eachLine(lines)].flatMap((line) => this.#take(line));
  }

  /** What is to be told of the last line. */
  end(): RepeatNotice[] {
    const [last, times] = [this.#last, this.#times];
    this.#times = 0;
    if (last === undefined || times === 0) return [];
    return [toNotice(last, "repeated", { times, text: this.#text })];
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
    return [...told, line, ...isWhole ? tellRedrawn(line, text) : []];
  }
}

function tellRedrawn(line: LogLines, text: string): RepeatNotice[] {
  const states = text.split("\r");
  if (states.length === 1) return [];
  const last = states.findLast((state) => state !== "") ?? "";
  return [toNotice(line, "redrawn", { times: states.length - 1, text: last })];
}

function toNotice(
  { stream, timeMs }: LogLines,
  notice: RepeatNotice["notice"],
  { times, text }: { times: number; text: string },
): RepeatNotice {
  return { stream, timeMs, notice, times, text };
}
