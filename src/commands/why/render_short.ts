import type { Answer } from "./find_answers.ts";
import { cut, firstLine } from "./render_why.ts";

const LINE_BYTES = 240;

/** A line for each answer, as many as fit into a number of bytes; the last one says how many do not. */
export function renderShort(answers: readonly Answer[], maxBytes: number): string[] {
  const encoder = new TextEncoder();
  const lines: string[] = [];
  let size = 0;
  for (const [index, { facts, judgment }] of answers.entries()) {
    const line = cut(firstLine(facts, judgment), LINE_BYTES);
    const rest = `and ${answers.length - index} more: imp list, imp why JOB`;
    size += encoder.encode(line).length + 1;
    if (size + rest.length + 1 > maxBytes) return [...lines, rest];
    lines.push(line);
  }
  return lines;
}
