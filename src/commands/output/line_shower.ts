import { escapeControl, TerminalText } from "../../base/terminal_text.ts";
import { lineText, type LogLines } from "../../logs/log_item.ts";
import { movesCursor } from "../../text/cursor_moves.ts";
import type { OutputStream } from "../frame/command.ts";

/** How {@linkcode LineShower} shows lines. */
export interface LineShowerOptions {
  /** Whether the colours of jobs stay. */
  readonly hasColor: boolean;
  readonly isTerminal: boolean;
  readonly stdout: OutputStream;
}

/** Where a line stands. */
export interface LinePlace {
  /** Names the stream that the line is of. */
  readonly key: string;
  /** What stands before the line. */
  readonly prefix: string;
  /** Whether the last thing written was the beginning of this line. */
  readonly goesOn: boolean;
}

/** What to write of a line. */
export interface ShownLine {
  readonly text: string;
  /** False: at the beginning of a row, behind the prefix. */
  readonly goesOn: boolean;
}

/** A line of which the end has not come. */
interface OpenLine {
  readonly terminal: TerminalLine;
  readonly cleaner: TerminalText;
  /** What stood before its beginning. */
  readonly prefix: string;
  /** What was shown of it last, where it was shown as a whole. */
  shown: string | undefined;
}

type Folding =
  & typeof import("../../text/terminal_line.ts")
  & typeof import("../../text/clean_text.ts");
type TerminalLine = InstanceType<Folding["TerminalLine"]>;

const NEWLINE = 0x0a;
const TAB = 0x09;
const ERASE_ROW = "\r\x1b[2K";
/** Of a line that goes back over itself so much is kept: it is shown when it is over. */
const MAX_CELLS = 64 * 1024;

/** Whether lines can go out as they are: nothing in them means anything to a terminal. */
export function isPlain(bytes: Uint8Array, isTerminal: boolean): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 ? byte !== NEWLINE && byte !== TAB : byte === 0x7f) return false;
    if (byte < 0x80) continue;
    // What is not UTF-8 may be anything to a terminal; the C1 controls begin with this byte.
    if (isTerminal || (byte === 0xc2 && bytes[at + 1]! < 0xa0)) return false;
  }
  return true;
}

/**
 * Text for people: of each line what a terminal would show of it in the end, harmless, and in colours where they are
 * wanted. A line whose end has not come is continued; one that goes back over itself is painted anew in its place.
 */
export class LineShower {
  readonly #options: LineShowerOptions;
  readonly #open = new Map<string, OpenLine>();
  #folding: Folding | undefined;

  constructor(options: LineShowerOptions) {
    this.#options = options;
  }

  /** What to write for a line or a piece of one; undefined for nothing (yet). */
  async show(line: LogLines, place: LinePlace): Promise<ShownLine | undefined> {
    const text = lineText(line.bytes);
    const isWhole = line.startsLine && line.end === "line";
    if (isWhole && !movesCursor(text)) return { text: this.#clean(text), goesOn: false };
    const open = await this.#openLine(line, place);
    if (line.end === "line") this.#open.delete(place.key);
    open.terminal.write(text);
    if (open.terminal.hasMoved) return await this.#repaint(line, place, open);
    const added = open.cleaner.push(text) + (line.end === "line" ? open.cleaner.end() : "");
    return { text: added, goesOn: place.goesOn && !line.startsLine };
  }

  #clean(text: string): string {
    return escapeControl(text, { allowColor: this.#options.hasColor });
  }

  async #openLine({ startsLine }: LogLines, { key, prefix }: LinePlace): Promise<OpenLine> {
    const known = startsLine ? undefined : this.#open.get(key);
    if (known) return known;
    const { TerminalLine } = await this.#load();
    const cleaner = new TerminalText({ allowColor: this.#options.hasColor });
    const open = { terminal: new TerminalLine(MAX_CELLS), cleaner, prefix, shown: undefined };
    this.#open.set(key, open);
    return open;
  }

  /** Most output is plain, and measuring text takes longer to load than all else. */
  async #load(): Promise<Folding> {
    return this.#folding ??= {
      ...await import("../../text/terminal_line.ts"),
      ...await import("../../text/clean_text.ts"),
    };
  }

  async #repaint(
    { end }: LogLines,
    { goesOn }: LinePlace,
    open: OpenLine,
  ): Promise<ShownLine | undefined> {
    // More of it is there already: only what is seen in the end is worth showing.
    if (end === "piece") return undefined;
    const { isTerminal, stdout } = this.#options;
    const { clipText, textWidth } = await this.#load();
    const { hidden, text } = open.terminal;
    const whole = this.#clean(text) + (hidden > 0 ? `… ${hidden} more` : "");
    const room = stdout.columns - 1 - textWidth(open.prefix);
    const shown = end === "pause" && isTerminal ? clipText(whole, room) : whole;
    const before = open.shown;
    open.shown = shown;
    if (!goesOn) return { text: shown, goesOn: false };
    if (shown === before) return { text: "", goesOn: true };
    // A row can be painted anew, those above it that a long line takes cannot.
    const fits = before !== undefined || textWidth(whole) <= room;
    return isTerminal && fits
      ? { text: ERASE_ROW + open.prefix + shown, goesOn: true }
      : { text: shown, goesOn: false };
  }
}
