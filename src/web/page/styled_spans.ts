// deno-lint-ignore-file no-control-regex
import { applySgr, PLAIN_STYLE, type SgrStyle } from "../../text/sgr_style.ts";

/** Text in one style, as classes and colours of a page. */
export interface StyledSpan {
  readonly text: string;
  readonly classes: string;
  /** Beyond the sixteen that the page has classes for. */
  readonly color?: string;
  readonly background?: string;
}

/** Clean text (see clean_text.ts) as texts that each have one style. */
export function toSpans(clean: string): StyledSpan[] {
  if (!clean.includes("\x1b")) return clean === "" ? [] : [{ text: clean, classes: "" }];
  let style = PLAIN_STYLE;
  const spans: StyledSpan[] = [];
  for (const [, codes, text] of clean.matchAll(/\x1b\[([\d;:]*)m|([^\x1b]+)/g)) {
    if (text === undefined) style = applySgr(style, codes!);
    else spans.push({ text, ...toLook(style) });
  }
  return spans;
}

function toLook({ attributes, foreground, background }: SgrStyle): Omit<StyledSpan, "text"> {
  const front = toColor(foreground);
  const back = toColor(background);
  const classes = [
    ...attributes.map((attribute) => `a${attribute}`),
    ...typeof front === "number" ? [`f${front}`] : [],
    ...typeof back === "number" ? [`b${back}`] : [],
  ].join(" ");
  return {
    classes,
    ...typeof front === "string" && { color: front },
    ...typeof back === "string" && { background: back },
  };
}

/** One of the sixteen by its number, or a colour of CSS. */
function toColor(parameters: string): number | string | undefined {
  if (parameters === "") return undefined;
  const [kind, mode, ...parts] = parameters.split(";").map(Number) as [number, ...number[]];
  if (kind !== 38 && kind !== 48) return kind % 10 + (kind >= 90 ? 8 : 0);
  if (mode === 2) return `rgb(${parts.join(" ")})`;
  return ofPalette(parts[0]!);
}

/** xterm's: 6 × 6 × 6 colours, then 24 greys. */
function ofPalette(index: number): number | string {
  if (index < 16) return index;
  if (index >= 232) return `rgb(${Array(3).fill(8 + (index - 232) * 10).join(" ")})`;
  const level = (step: number) => step === 0 ? 0 : 55 + step * 40;
  const cube = index - 16;
  const steps = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return `rgb(${steps.map(level).join(" ")})`;
}
