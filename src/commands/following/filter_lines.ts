import { escapeControl } from "../../base/terminal_text.ts";
import { eachLine } from "../../logs/line_splitter.ts";
import { lineText, type LogItem, type LogLines } from "../../logs/log_item.ts";

/** The lines whose text matches, and all notices; of a line of more than 64 KiB its beginning decides. */
export async function* filterLines(
  batches: AsyncIterable<readonly LogItem[]>,
  pattern: RegExp,
): AsyncGenerator<readonly LogItem[]> {
  const matchers = { stdout: new Matcher(pattern), stderr: new Matcher(pattern) };
  for await (const batch of batches) {
    const wanted = batch.flatMap((item) =>
      "bytes" in item ? matchers[item.stream].takeAll(item) : [item]
    );
    if (wanted.length > 0) yield wanted;
  }
}

/** The item with bytes of its own. */
export function keepItem(item: LogItem): LogItem {
  return "bytes" in item ? { ...item, bytes: item.bytes.slice() } : item;
}

/** Chooses the lines of one stream. */
class Matcher {
  readonly #pattern: RegExp;
  #isWanted = false;
  /** Of a line that paused before it matched: what comes may still make it match. */
  #held: LogItem[] = [];
  #heldText = "";
  /** Whether nothing has come yet: what comes first may go on with a line that nobody has looked at. */
  #isFirst = true;

  constructor(pattern: RegExp) {
    this.#pattern = pattern;
  }

  /** What may be shown now of these lines, and of what was held back before. */
  takeAll(lines: LogLines): LogItem[] {
    return [...eachLine(lines)].flatMap((line) => this.#take(line));
  }

  #take(line: LogLines): readonly LogItem[] {
    const isUndecided = line.startsLine || this.#held.length > 0 || this.#isFirst;
    this.#isFirst = false;
    if (line.startsLine) this.#forget();
    if (!isUndecided) return this.#isWanted ? [line] : [];
    const text = this.#heldText + lineText(line.bytes);
    // As people read it: a colour in front of a word does not hide that the line begins with it.
    this.#isWanted = this.#pattern.test(escapeControl(text, { allowColor: false }));
    if (this.#isWanted) {
      const before = this.#held;
      this.#forget();
      return [...before, line];
    }
    if (line.end !== "pause") this.#forget();
    else {
      this.#held.push(keepItem(line));
      this.#heldText = text;
    }
    return [];
  }

  #forget(): void {
    this.#held = [];
    this.#heldText = "";
  }
}
