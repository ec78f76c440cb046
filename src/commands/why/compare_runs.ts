import type { LogItem, LogLines } from "../../logs/log_item.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import type { OutputBudget } from "../../logs/middle_cut.ts";
import { keyOfLine, type LineKey, LineMemory } from "./line_memory.ts";
import { maskLine } from "./mask_line.ts";
import { NewLines, type ShownLines } from "./new_lines.ts";
import { toShownLines } from "./shown_line.ts";

/** What a run has printed. */
export interface PrintedRun {
  readonly run: number;
  readonly batches: AsyncIterable<readonly LogItem[]>;
}

/** What a run printed that is in no file any more. */
export interface MissingPart {
  readonly run: number;
  readonly stream: StreamName;
  /** Null where nobody knows. */
  readonly bytes: number | null;
}

/** What one run printed that another did not. */
export interface Difference extends ShownLines {
  readonly missing: readonly MissingPart[];
  /** False where so many different lines were printed that some were taken for others. */
  readonly isExact: boolean;
}

/** They differ by more than two characters do: else the first would make up for it. */
const SEEDS: Readonly<Record<StreamName, number>> = { stdout: 1, stderr: 0x9e37_79b9 };

/** A line that is not blank: its key, and where it is in the text that is shown. */
type TakeLine = (key: LineKey, stream: StreamName, shown: ShownPart) => void;

interface ShownPart {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Compares line by line, each stream by itself, wherever in it a line stands; both runs are read once, and never held.
 * Of a line of more than 64 KiB its beginning counts.
 */
export async function compareRuns(
  { run, against, budget, memory = new LineMemory() }: {
    readonly run: PrintedRun;
    readonly against: PrintedRun;
    readonly budget: OutputBudget;
    readonly memory?: LineMemory;
  },
): Promise<Difference> {
  const lines = new NewLines(budget);
  const missing = [
    ...await readLines(against, (key) => memory.add(key)),
    ...await readLines(run, (key, stream, { text, start, end }) => {
      const fate = memory.meet(key);
      if (fate === "new") lines.take(key, stream, text.slice(start, end));
      else if (fate === "again") lines.repeat(key);
    }),
  ];
  return { ...lines.end(), missing, isExact: memory.isExact };
}

/** Calls `take` for each line that is not blank; returns what is missing. */
async function readLines({ run, batches }: PrintedRun, take: TakeLine): Promise<MissingPart[]> {
  const missing: MissingPart[] = [];
  for await (const items of batches) {
    for (const item of items) {
      if ("notice" in item) missing.push(...toMissing(run, item));
      else if (item.startsLine) takeLines(item, take);
    }
  }
  return missing;
}

const decoder = new TextDecoder();

/** As one text as long as it goes: for each line by itself all of it takes several times as long. */
function takeLines({ stream, bytes }: LogLines, take: TakeLine): void {
  const shown = toShownLines(decoder.decode(bytes));
  // Nothing that is masked goes over the end of a line: there are as many in both.
  const masked = maskLine(shown);
  for (let start = 0, shownStart = 0; start < masked.length;) {
    const end = endOfLine(masked, start);
    const shownEnd = masked === shown ? end : endOfLine(shown, shownStart);
    const part = trimmed(masked, start, end);
    if (part.end > part.start) {
      const key = keyOfLine(masked, { seed: SEEDS[stream], ...part });
      take(key, stream, { text: shown, start: shownStart, end: shownEnd });
    }
    start = end + 1;
    shownStart = shownEnd + 1;
  }
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end < 0 ? text.length : end;
}

/** Where a part of a text begins and ends without the white space around it. */
function trimmed(text: string, start: number, end: number): { start: number; end: number } {
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return String.fromCharCode(code).trim() === "";
}

function toMissing(run: number, item: Exclude<LogItem, LogLines>): MissingPart[] {
  const { stream } = item;
  switch (item.notice) {
    case "gap":
      return [{ run, stream, bytes: item.to - item.from }];
    case "dropped":
      return [{ run, stream, bytes: item.drop.bytes }];
    case "truncated":
      return [{ run, stream, bytes: null }];
    default:
      return [];
  }
}
