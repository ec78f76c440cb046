// deno-lint-ignore-file no-control-regex
import { applySgr, encodeStyle, isSameStyle, PLAIN_STYLE, type SgrStyle } from "./sgr_style.ts";
import { RESET, textWidth } from "./clean_text.ts";

/** A line of a job's output as clean text (see text.ts), and the style that the next line begins with. */
export interface StyledLine {
  readonly text: string;
  readonly style: SgrStyle;
}

/** Options of {@linkcode toStyledLine}. */
export interface StyledLineOptions {
  /** What the line before it had switched on. */
  readonly style: SgrStyle;
  /** False: colours and attributes are left out. */
  readonly color: boolean;
}

const NEEDS_CARE =
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{M}/u;
const TAB_CELLS = 8;

/**
 * The parts of a hostile line: 1 the parameters of an SGR sequence; 2 text. All else is taken out: other control
 * sequences, strings for the terminal (titles, clipboard, links), invisible characters and those that turn the
 * direction of writing. 3 is a control character that stands alone.
 */
const PARTS = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)([\d:;]*)m`,
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)`,
    String.raw`\x1b[ -/]*[0-~]`,
    String.raw`[\x80-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]`,
    String
      .raw`([^\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+)`,
    String.raw`([^])`,
  ].join("|"),
  "g",
);

/**
 * Makes a line that a job wrote, folded by a TerminalLine, safe to show: only colours and attributes pass, tabs become
 * spaces, and control characters are shown as their pictures (`␀`).
 */
export function toStyledLine(line: string, { style, color }: StyledLineOptions): StyledLine {
  if (!NEEDS_CARE.test(line)) return { text: dress(line, style, color), style };
  let current = style;
  let written = PLAIN_STYLE;
  let text = "";
  let cells = 0;
  for (const [, sgr, chars, control] of line.matchAll(PARTS)) {
    if (sgr !== undefined) current = applySgr(current, sgr);
    const shown = chars === undefined ? pictureOf(control, cells) : limitMarks(chars);
    if (shown === "") continue;
    if (color && !isSameStyle(current, written)) {
      text += encodeStyle(current);
      written = current;
    }
    text += shown;
    cells += textWidth(shown);
  }
  return { text: isSameStyle(written, PLAIN_STYLE) ? text : text + RESET, style: current };
}

/** A line made so, without its colours. */
export function toPlainLine(text: string): string {
  return text.includes("\x1b") ? text.replace(/\x1b\[[\d;]*m/g, "") : text;
}

function dress(line: string, style: SgrStyle, color: boolean): string {
  if (!color || line === "" || isSameStyle(style, PLAIN_STYLE)) return line;
  return encodeStyle(style) + line + RESET;
}

function pictureOf(control: string | undefined, cells: number): string {
  if (control === undefined) return "";
  if (control === "\t") return " ".repeat(TAB_CELLS - cells % TAB_CELLS);
  const code = control.codePointAt(0)!;
  if (code === 0x7f) return "␡";
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : " ";
}

/** More marks on one character than any language needs would cover the lines above and below. */
function limitMarks(text: string): string {
  return text.replace(/(\p{M}{4})\p{M}+/gu, "$1");
}
