// deno-lint-ignore-file no-control-regex
import { EscapeSplitter, type TerminalPiece } from "./escape_splitter.ts";

/**
 * Modes of a terminal that a program sets for itself, and how a terminal has them by default. Those that differ from
 * terminal to terminal, and those that do something at once (132 columns), are left alone.
 */
const PRIVATE_MODES: ReadonlyMap<number, boolean> = new Map([
  ...[1, 5, 6, 9, 45, 66].map((mode) => [mode, false] as const),
  ...[7, 25].map((mode) => [mode, true] as const),
  ...[1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016].map((mode) => [mode, false] as const),
  ...[2004, 2026, 2031, 2048].map((mode) => [mode, false] as const),
]);
/** Insert, and line feeds that return. */
const ANSI_MODES: readonly number[] = [4, 20];
const ALTERNATE_SCREEN: readonly number[] = [47, 1047, 1049];
/** Colours that a program may set, and what takes that back. */
const COLOR_RESETS: ReadonlyMap<string, string> = new Map([
  ["4", "104"],
  ["10", "110"],
  ["11", "111"],
  ["12", "112"],
]);
/** The final bytes of what sets something. */
const SETTING = new Set(Array.from("hlrqmpu", (each) => each.charCodeAt(0)));
/** More than any program nests. */
const MOST_KEYBOARDS = 16;

const latin1 = new TextDecoder("latin1");

/** How a terminal is set; plain values. */
interface Modes {
  readonly private: ReadonlyMap<number, boolean>;
  readonly ansi: ReadonlySet<number>;
  readonly isAlternate: boolean;
  /** Keys of the number pad that programs tell apart: `ESC =`. */
  readonly hasKeypad: boolean;
  /** As it was set, such as `2;20`; empty: the whole screen. */
  readonly scrollRegion: string;
  /** As it was chosen, such as `ESC ( 0`; empty: ASCII. */
  readonly charset: string;
  readonly cursorShape: string;
  /** xterm's `modifyOtherKeys`. */
  readonly otherKeys: string;
  /** Flags of kitty's keyboard protocol, the last in force, on the ordinary screen and on the alternate one. */
  readonly keyboards: readonly [readonly number[], readonly number[]];
  /** Numbers of the OSC that set colours. */
  readonly colors: ReadonlySet<string>;
}

const NOTHING_SET: Modes = {
  private: new Map(),
  ansi: new Set(),
  isAlternate: false,
  hasKeypad: false,
  scrollRegion: "",
  charset: "",
  cursorShape: "",
  otherKeys: "",
  keyboards: [[], []],
  colors: new Set(),
};

/** Knows from what a program writes how it has set its terminal, and how to get there and back. */
export class TerminalModes {
  #modes = NOTHING_SET;
  readonly #splitter = new EscapeSplitter();

  /** Whether the alternate screen is shown, on which programs draw that have it all for themselves. */
  get isAlternate(): boolean {
    return this.#modes.isAlternate;
  }

  /** Sees what is written, in whatever chunks. */
  push(chunk: Uint8Array): void {
    for (const piece of this.#splitter.push(chunk)) this.see(piece);
  }

  /** Sees a piece of what is written, for who has taken it apart already. */
  see({ kind, bytes }: TerminalPiece): void {
    if (kind === "text" || kind === "dcs" || kind === "string") return;
    if (kind === "csi" && !SETTING.has(bytes.at(-1)!)) return;
    const text = latin1.decode(bytes);
    if (kind === "osc") this.#seeColor(text);
    else if (kind === "esc") this.#seeShort(text);
    else this.#seeCsi(text);
  }

  /** How it is now. */
  copy(): TerminalModes {
    const copy = new TerminalModes();
    copy.#modes = this.#modes;
    return copy;
  }

  /** What to write to a terminal that is set so, to have it set as `to`; without: as terminals are by themselves. */
  changeTo(to: TerminalModes = new TerminalModes()): string {
    return changesBetween(this.#modes, to.#modes);
  }

  #set(changes: Partial<Modes>): void {
    this.#modes = { ...this.#modes, ...changes };
  }

  #seeColor(text: string): void {
    const [number = "", ...values] = text.slice(2).split(/[;\x07\x1b]/);
    const { colors } = this.#modes;
    const asks = values.includes("?");
    if (COLOR_RESETS.has(number) && !asks) this.#set({ colors: new Set([...colors, number]) });
  }

  #seeShort(text: string): void {
    const what = text.slice(1);
    if (what === "c") this.#modes = NOTHING_SET;
    else if (what === "=" || what === ">") this.#set({ hasKeypad: what === "=" });
    else if (what.startsWith("(")) this.#set({ charset: what === "(B" ? "" : text });
  }

  #seeCsi(text: string): void {
    const [, mark, values = "", action] = /^\x1b\[([<=>?]?)([\d;:]*)([ -/]*[@-~])$/.exec(text) ??
      [];
    const numbers = values.split(";").map(Number);
    switch (`${mark}${action}`) {
      case "?h":
      case "?l":
        return numbers.forEach((mode) => this.#setPrivate(mode, action === "h"));
      case "h":
      case "l":
        return this.#setAnsi(numbers, action === "h");
      case "r":
        return this.#set({ scrollRegion: values.replace(/^1?;?$/, "") });
      case " q":
        return this.#set({ cursorShape: values === "0" ? "" : values });
      case ">m":
        return this.#set({ otherKeys: /^4;[12]/.test(values) ? values : "" });
      case "!p":
        return this.#reset();
      case ">u":
      case "<u":
      case "=u":
        return this.#setKeyboard(mark!, numbers);
    }
  }

  #setPrivate(mode: number, isSet: boolean): void {
    if (ALTERNATE_SCREEN.includes(mode)) return this.#set({ isAlternate: isSet });
    if (!PRIVATE_MODES.has(mode)) return;
    const modes = new Map(this.#modes.private);
    if (PRIVATE_MODES.get(mode) === isSet) modes.delete(mode);
    else modes.set(mode, isSet);
    this.#set({ private: modes });
  }

  #setAnsi(numbers: readonly number[], isSet: boolean): void {
    const ansi = new Set(this.#modes.ansi);
    for (const mode of numbers.filter((mode) => ANSI_MODES.includes(mode))) {
      if (isSet) ansi.add(mode);
      else ansi.delete(mode);
    }
    this.#set({ ansi });
  }

  /** `ESC [ ! p` resets what is about writing, and not the screen, the mouse or the keyboard. */
  #reset(): void {
    const modes = new Map(this.#modes.private);
    for (const mode of [1, 6, 7, 25, 66]) modes.delete(mode);
    this.#set({
      private: modes,
      ansi: new Set(),
      hasKeypad: false,
      scrollRegion: "",
      charset: "",
    });
  }

  /** `>` puts flags on top, `<` takes so many away, `=` sets those on top: all, 2 adds, 3 takes away. */
  #setKeyboard(mark: string, [first = 0, second = 1]: readonly number[]): void {
    const screen = this.#modes.isAlternate ? 1 : 0;
    const stack = this.#modes.keyboards[screen];
    const top = stack.at(-1) ?? 0;
    const flags = second === 2 ? top | first : second === 3 ? top & ~first : first;
    const next = mark === ">"
      ? [...stack, first].slice(-MOST_KEYBOARDS)
      : mark === "<"
      ? stack.slice(0, Math.max(0, stack.length - Math.max(1, first)))
      : [...stack.slice(0, -1), flags];
    const [ordinary, alternate] = this.#modes.keyboards;
    this.#set({ keyboards: screen === 0 ? [next, alternate] : [ordinary, next] });
  }
}

function changesBetween(from: Modes, to: Modes): string {
  const [left, entered] = [from.isAlternate, to.isAlternate];
  const region = `\x1b7\x1b[${to.scrollRegion}r\x1b8`;
  const isOtherRegion = from.scrollRegion !== to.scrollRegion;
  return [
    // What is to be left is put in order before it is left, the other when it is there.
    from.private.get(2026) === true ? "\x1b[?2026l" : "",
    isOtherRegion && to.scrollRegion === "" ? region : "",
    changeKeyboard(from, to, left),
    left === entered ? "" : entered ? "\x1b[?1049h\x1b[2J" : "\x1b[?1049l",
    left === entered ? "" : changeKeyboard(from, to, entered),
    isOtherRegion && to.scrollRegion !== "" ? region : "",
    ...[...PRIVATE_MODES.keys()].map((mode) => changePrivate(from, to, mode)),
    ...ANSI_MODES.map((mode) => changeAnsi(from, to, mode)),
    from.hasKeypad === to.hasKeypad ? "" : to.hasKeypad ? "\x1b=" : "\x1b>",
    from.charset === to.charset ? "" : to.charset || "\x1b(B",
    from.cursorShape === to.cursorShape ? "" : `\x1b[${to.cursorShape || "0"} q`,
    from.otherKeys === to.otherKeys ? "" : `\x1b[>${to.otherKeys || "4"}m`,
    ...[...from.colors].filter((color) => !to.colors.has(color))
      .map((color) => `\x1b]${COLOR_RESETS.get(color)}\x1b\\`),
  ].join("");
}

function changePrivate(from: Modes, to: Modes, mode: number): string {
  const isIn = (modes: Modes) => modes.private.get(mode) ?? PRIVATE_MODES.get(mode);
  // An update that is going on is for its program to begin.
  return isIn(from) === isIn(to) || mode === 2026 ? "" : `\x1b[?${mode}${isIn(to) ? "h" : "l"}`;
}

function changeAnsi(from: Modes, to: Modes, mode: number): string {
  if (from.ansi.has(mode) === to.ansi.has(mode)) return "";
  return `\x1b[${mode}${to.ansi.has(mode) ? "h" : "l"}`;
}

/** On the screen that is shown when it is written. */
function changeKeyboard(from: Modes, to: Modes, isAlternate: boolean): string {
  const [was, is] = [from, to].map(({ keyboards }) => keyboards[isAlternate ? 1 : 0]) as [
    readonly number[],
    readonly number[],
  ];
  if (was.length === is.length && was.every((flags, index) => flags === is[index])) return "";
  return (was.length > 0 ? `\x1b[<${was.length}u` : "") +
    is.map((flags) => `\x1b[>${flags}u`).join("");
}
