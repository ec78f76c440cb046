/** The colours imp uses, by meaning; each is an SGR code that terminals of any theme show readably. */
const SGR = { good: 32, bad: 31, warn: 33, info: 36, dim: 2, bold: 1 } as const;
export type Tone = keyof typeof SGR;

/** The text in a tone, or as it is when `color` is off. */
export function paint(text: string, tone: Tone | undefined, color: boolean): string {
  return color && tone !== undefined && text !== "" ? `\x1b[${SGR[tone]}m${text}\x1b[0m` : text;
}
