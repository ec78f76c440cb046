// deno-lint-ignore-file no-control-regex
import stringWidth from "string-width";

/**
 * `text/` knows how text looks on a terminal: how many cells it takes, what is seen of a line that goes back over itself,
 * which colours are on. Measuring anything but ASCII loads Unicode's tables, which takes longer than many a command: who
 * shows little loads this room only when it needs it.
 *
 * Text of the screen is *clean*: one line, no control characters, and the only escape sequences in it are SGR in the
 * form that styled_line.ts writes, where each change of style begins with a reset. So the style at any place is what
 * stands behind the last reset, and a line can be cut anywhere.
 */
export const RESET = "\x1b[0m";

const ASCII = /^[\x20-\x7e]*$/;
const PIECES = /((?:\x1b\[[\d;]*m)+)|([\x20-\x7e]+)|[^\x1b\x20-\x7e]+|\x1b/g;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The characters as people count them: with their accents, flags and families as one. */
export function* graphemesOf(text: string): Generator<string, void, undefined> {
  if (ASCII.test(text)) yield* text;
  else for (const { segment } of graphemes.segment(text)) yield segment;
}

/** How many cells clean text takes on a terminal. */
export function textWidth(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** A part of clean text: a change of style, or characters that are never cut apart. */
interface Piece {
  /** Escape sequences, or characters. */
  readonly text: string;
  readonly isStyle: boolean;
  readonly width: number;
  /** One cell a character: may be cut at any place. */
  readonly isAscii: boolean;
}

function* piecesOf(text: string): Generator<Piece, void, undefined> {
  for (const [part, style, ascii] of text.matchAll(PIECES)) {
    if (style !== undefined) yield { text: part, isStyle: true, width: 0, isAscii: false };
    else if (ascii !== undefined) {
      yield { text: part, isStyle: false, width: part.length, isAscii: true };
    } else {
      for (const { segment } of graphemes.segment(part)) {
        yield { text: segment, isStyle: false, width: stringWidth(segment), isAscii: false };
      }
    }
  }
}

/** Cuts clean text into rows of at most `width` cells, each in its style; at least one row. */
export function wrapText(text: string, width: number): string[] {
  const limit = Math.max(1, width);
  if (ASCII.test(text)) return chunk(text, limit);
  const rows: string[] = [];
  let style = "";
  let row = "";
  let used = 0;
  const endRow = () => {
    rows.push(style === "" ? row : row + RESET);
    row = style;
    used = 0;
  };
  for (const piece of piecesOf(text)) {
    if (piece.isStyle) {
      style = piece.text === RESET ? "" : piece.text;
      row += piece.text;
    } else if (piece.isAscii) {
      for (let from = 0; from < piece.text.length;) {
        if (used >= limit) endRow();
        const part = piece.text.slice(from, from + limit - used);
        row += part;
        used += part.length;
        from += part.length;
      }
    } else {
      if (used + piece.width > limit && used > 0) endRow();
      row += piece.text;
      used += piece.width;
    }
  }
  rows.push(style === "" ? row : row + RESET);
  return rows;
}

function chunk(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const rows: string[] = [];
  for (let from = 0; from < text.length; from += width) rows.push(text.slice(from, from + width));
  return rows;
}

/** The cells `from` to `from + width` of clean text, in their style; half a wide character becomes a space. */
export function sliceText(text: string, from: number, width: number): string {
  if (ASCII.test(text)) return text.slice(from, from + Math.max(0, width));
  const end = from + Math.max(0, width);
  let at = 0;
  let style = "";
  let result = "";
  for (const piece of piecesOf(text)) {
    if (piece.isStyle) {
      style = piece.text === RESET ? "" : piece.text;
      if (at >= from && at < end) result += piece.text;
      continue;
    }
    // A combining mark that stands alone takes no cell, and belongs to the cell before it.
    if (at > end || (at === end && piece.width > 0)) break;
    const next = at + piece.width;
    if (next > from || (piece.width === 0 && at > from)) {
      if (result === "" && at <= from) result = style;
      if (piece.isAscii) result += piece.text.slice(Math.max(0, from - at), end - at);
      else if (at >= from && next <= end) result += piece.text;
      else result += " ".repeat(Math.min(next, end) - Math.max(at, from));
    }
    at = next;
  }
  return result.includes("\x1b") && !result.endsWith(RESET) ? result + RESET : result;
}

/** Clean text in at most `width` cells, with `…` where something was left out. */
export function clipText(text: string, width: number): string {
  if (width <= 0) return "";
  if (textWidth(text) <= width) return text;
  return sliceText(text, 0, width - 1) + "…";
}

/** Clean text in exactly `width` cells: clipped, or filled up with spaces on its right (or left). */
export function fitText(text: string, width: number, align: "left" | "right" = "left"): string {
  const clipped = clipText(text, width);
  const filler = " ".repeat(Math.max(0, width - textWidth(clipped)));
  return align === "left" ? clipped + filler : filler + clipped;
}

/** Two texts at the two ends of `width` cells; the left one gives way. */
export function spreadText(left: string, right: string, width: number): string {
  const room = width - textWidth(right);
  if (room < 1) return fitText(right, width);
  return fitText(left, room) + right;
}

/** Text from outside (a name, a command, an error) as clean text without any style. */
export function toPlainText(text: string): string {
  const isClean = !/[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/.test(
    text,
  );
  if (isClean) return text;
  return text.replace(/[\t\r\n\u2028\u2029]+/g, " ").replace(/[\x00-\x1f\x7f-\x9f]/g, "")
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, "");
}
