import type { StreamName } from "../../logs/log_paths.ts";
import type { Omission, OutputBudget } from "../../logs/middle_cut.ts";
import type { LineKey } from "./line_memory.ts";

/** A line that one run printed and another did not. */
export interface NewLine {
  readonly stream: StreamName;
  /** As people read it. */
  readonly text: string;
  /** How often it came, or one that is the same but for times, pids and their like. */
  times: number;
}

/** What is shown of lines: of more than a budget allows the middle is left out. */
export interface ShownLines {
  readonly head: readonly NewLine[];
  readonly omitted: Omission;
  readonly tail: readonly NewLine[];
}

/** Without a budget so many different lines are kept: nobody reads more. */
const MOST_LINES = 10_000;
const MOST_CHARS = 4_000;
/** So much of a budget is for the beginning, as in other output. */
const HEAD_PART = 4;
const encoder = new TextEncoder();
const ASCII = /^[\t\x20-\x7e]*$/;

/** Different lines in the order of their coming, as many as a budget allows. */
export class NewLines {
  readonly #most: { readonly head: number; readonly tail: number; readonly bytes: number };
  readonly #held = new Map<LineKey, NewLine>();
  readonly #first: NewLine[] = [];
  /** A ring: the oldest is at `#oldest` when it is full. */
  readonly #last: { readonly key: LineKey; readonly line: NewLine }[] = [];
  #oldest = 0;
  #omitted = { lines: 0, bytes: 0 };

  constructor({ maxLines = MOST_LINES, maxBytes = Infinity }: OutputBudget) {
    const lines = Math.min(maxLines, MOST_LINES);
    const head = Math.floor(lines / HEAD_PART);
    this.#most = { head, tail: lines - head, bytes: maxBytes };
  }

  /** Takes a line that has not come before. */
  take(key: LineKey, stream: StreamName, text: string): void {
    const line = { stream, text: ownText(text), times: 1 };
    if (this.#most.tail === 0) return this.#omit(line);
    this.#held.set(key, line);
    if (this.#first.length < this.#most.head) this.#first.push(line);
    else if (this.#last.length < this.#most.tail) this.#last.push({ key, line });
    else {
      const lost = this.#last[this.#oldest]!;
      this.#held.delete(lost.key);
      this.#omit(lost.line);
      this.#last[this.#oldest] = { key, line };
      this.#oldest = (this.#oldest + 1) % this.#most.tail;
    }
  }

  /** Counts one that comes again, where it is to be shown. */
  repeat(key: LineKey): void {
    const line = this.#held.get(key);
    if (line !== undefined) line.times++;
  }

  #omit({ text }: NewLine): void {
    this.#omitted.lines++;
    this.#omitted.bytes += sizeOf(text);
  }

  /** What there is to show when all have come. */
  end(): ShownLines {
    const first = this.#first;
    const ring = [...this.#last.slice(this.#oldest), ...this.#last.slice(0, this.#oldest)];
    const last = ring.map(({ line }) => line);
    const isWhole = this.#omitted.lines === 0;
    const all = [...first, ...last];
    if (isWhole && sumOf(all) <= this.#most.bytes) {
      return { head: all, omitted: this.#omitted, tail: [] };
    }
    let room = this.#most.bytes;
    const takeFrom = (lines: readonly NewLine[], least: number) => {
      const rest = lines.findIndex(({ text }) => (room -= sizeOf(text)) < least);
      if (rest >= 0) room += sizeOf(lines[rest]!.text);
      return rest < 0 ? lines.length : rest;
    };
    const head = first.slice(0, takeFrom(first, room - room / HEAD_PART));
    const later = isWhole ? all.slice(head.length) : last;
    const tail = later.slice(later.length - takeFrom(later.toReversed(), 0));
    const shown = head.length + tail.length;
    const bytes = this.#omitted.bytes + sumOf(all) - sumOf(head) - sumOf(tail);
    return { head, omitted: { lines: this.#omitted.lines + all.length - shown, bytes }, tail };
  }
}

function sumOf(lines: readonly NewLine[]): number {
  return lines.reduce((sum, { text }) => sum + sizeOf(text), 0);
}

/** In UTF-8, with the newline. */
function sizeOf(text: string): number {
  return (ASCII.test(text) ? text.length : encoder.encode(text).length) + 1;
}

/** In memory of its own: a part of a text holds the whole of it. */
function ownText(text: string): string {
  const shown = text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
  return ` ${shown}`.slice(1);
}
