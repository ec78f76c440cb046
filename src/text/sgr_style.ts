import { RESET } from "./clean_text.ts";

/** What SGR sequences have switched on. Blinking and hidden text are not among it: nobody wants them from a job. */
export interface SgrStyle {
  /** SGR numbers of the attributes that are on, ascending. */
  readonly attributes: readonly number[];
  /** Parameters of the colours, such as `31` or `38;5;208`. */
  readonly foreground: string;
  readonly background: string;
}

/** Nothing switched on. */
export const PLAIN_STYLE: SgrStyle = { attributes: [], foreground: "", background: "" };

/** What each number that ends attributes ends. */
const ENDS: Readonly<Record<number, readonly number[]>> = {
  22: [1, 2],
  23: [3],
  24: [4],
  27: [7],
  29: [9],
};
const ATTRIBUTES: readonly number[] = [1, 2, 3, 4, 7, 9];

/** The style after an SGR sequence with these parameters (the text between `ESC [` and `m`). */
export function applySgr(style: SgrStyle, parameters: string): SgrStyle {
  const words = parameters.split(";");
  let result = style;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const code = Number.parseInt(word || "0", 10);
    if (code !== 38 && code !== 48 && code !== 58) {
      result = applyCode(result, code, word);
      continue;
    }
    const isNested = word.includes(":");
    const rest = isNested ? word.split(":").slice(1) : words.slice(index + 1);
    const color = readColor(rest, isNested);
    if (!isNested) index += color.taken;
    if (color.text === undefined) continue;
    if (code === 38) result = { ...result, foreground: `38;${color.text}` };
    if (code === 48) result = { ...result, background: `48;${color.text}` };
  }
  return result;
}

function applyCode(style: SgrStyle, code: number, word: string): SgrStyle {
  if (code === 0) return PLAIN_STYLE;
  if (word === "4:0") return without(style, [4]);
  // 21 is a double underline, which few terminals have.
  const attribute = code === 21 ? 4 : code;
  if (ATTRIBUTES.includes(attribute)) {
    if (style.attributes.includes(attribute)) return style;
    return { ...style, attributes: [...style.attributes, attribute].sort((a, b) => a - b) };
  }
  const ended = ENDS[code];
  if (ended) return without(style, ended);
  if (code === 39) return { ...style, foreground: "" };
  if (code === 49) return { ...style, background: "" };
  if (isColor(code, 30) || isColor(code, 90)) return { ...style, foreground: String(code) };
  if (isColor(code, 40) || isColor(code, 100)) return { ...style, background: String(code) };
  return style;
}

function without(style: SgrStyle, ended: readonly number[]): SgrStyle {
  return { ...style, attributes: style.attributes.filter((code) => !ended.includes(code)) };
}

function isColor(code: number, first: number): boolean {
  return code >= first && code < first + 8;
}

/** A colour of the palette (`5;N`) or by its parts (`2;R;G;B`, with colons also `2::R:G:B`). */
function readColor(
  words: readonly string[],
  isNested: boolean,
): { text?: string; taken: number } {
  if (words[0] === "5") {
    const text = isByte(words[1]) ? `5;${Number(words[1])}` : undefined;
    return text === undefined ? { taken: 2 } : { text, taken: 2 };
  }
  if (words[0] !== "2") return { taken: 0 };
  // With colons a color space may stand before the parts; it is mostly empty.
  const parts = isNested ? words.slice(1).slice(-3) : words.slice(1, 4);
  const isColor = parts.length === 3 && parts.every(isByte);
  return isColor ? { text: `2;${parts.map(Number).join(";")}`, taken: 4 } : { taken: 4 };
}

function isByte(word: string | undefined): boolean {
  return word !== undefined && /^\d{1,3}$/.test(word) && Number(word) < 256;
}

/** True when both switch on the same. */
export function isSameStyle(a: SgrStyle, b: SgrStyle): boolean {
  return a === b || (a.foreground === b.foreground && a.background === b.background &&
    a.attributes.join() === b.attributes.join());
}

/** The escape sequences that switch to `style` from any other: a reset, and what is on. */
export function encodeStyle(style: SgrStyle): string {
  const codes = [...style.attributes.map(String), style.foreground, style.background];
  return RESET + codes.filter((code) => code !== "").map((code) => `\x1b[${code}m`).join("");
}
