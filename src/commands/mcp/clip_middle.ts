import { MiddleCut } from "../../logs/middle_cut.ts";
import { describeOmission } from "../output/omission_text.ts";

const MARK_BYTES = 60;

/** The text within `maxBytes`: of what is longer the beginning and the end, and how much that leaves out. */
export function clipMiddle(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= maxBytes) return text;
  const cut = new MiddleCut<undefined>({ maxBytes });
  const decoder = new TextDecoder();
  const head = decoder.decode(bytes.subarray(0, cut.push(bytes, undefined)));
  const tail = cut.end({ lines: 1, bytes: MARK_BYTES }).map((piece) => decoder.decode(piece.bytes));
  const mark = `… ${describeOmission(cut.omitted)} left out …\n`;
  return `${head}${cut.isHeadWhole ? "" : "\n"}${mark}${tail.join("")}`;
}
