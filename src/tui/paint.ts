import { RESET } from "../text/clean_text.ts";

/** The styles of imp's own text, by what they mean. */
const STYLES = {
  plain: "",
  bold: "\x1b[1m",
  dim: "\x1b[2m",
  inverse: "\x1b[7m",
  selected: "\x1b[1m\x1b[7m",
  good: "\x1b[32m",
  bad: "\x1b[31m",
  warn: "\x1b[33m",
  accent: "\x1b[36m",
  alarm: "\x1b[1m\x1b[7m\x1b[31m",
  notice: "\x1b[1m\x1b[7m\x1b[33m",
} as const;
export type StyleName = keyof typeof STYLES;

/** Styles that say something beyond their colour; without colours the others are plain. */
const COLORLESS: Readonly<Partial<Record<StyleName, string>>> = {
  bold: STYLES.bold,
  inverse: STYLES.inverse,
  selected: STYLES.selected,
  alarm: STYLES.selected,
  notice: STYLES.selected,
};

/** Puts clean text into a style of imp. */
export type Paint = (style: StyleName, text: string) => string;

/** The painter for a terminal with or without colours. */
export function createPaint(color: boolean): Paint {
  return (style, text) => {
    const codes = color ? STYLES[style] : COLORLESS[style] ?? "";
    return codes === "" || text === "" ? text : RESET + codes + text + RESET;
  };
}
