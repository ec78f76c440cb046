import type { LogItem, LogLines } from "../../logs/log_item.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import type { OutputBudget } from "../../logs/middle_cut.ts";
import { keyOfLine, type LineKey, LineMemory } from "./line_memory.ts";
import { maskLine } from "./mask_line.ts";
import { NewLines, type ShownLines } from "./new_lines.ts";
import { toShownLine } from "./shown_line.ts";

/** What a run has printed. */
export interface PrintedRun {
  readonly run: number;
  readonly sizeBytes: number;
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
}

const SEEDS: Readonly<Record<StreamName, number>> = { stdout: 1, stderr: 2 };

/**
 * Compares line by line, each stream by itself, wherever in it a line stands; both runs are read once, and never held.
 * Of a line of more than 64 KiB its beginning counts.
 */
export async function compareRuns(
  { run, against, budget }: {
    readonly run: PrintedRun;
    readonly against: PrintedRun;
    readonly budget: OutputBudget;
  },
): Promise<Difference> {
  const memory = new LineMemory(against.sizeBytes);
  const lines = new NewLines(budget);
  const missing = [
    ...await readLines(against, (key) => memory.add(key)),
    ...await readLines(run, (key, stream, text) => {
      if (!memory.has(key)) lines.take(key, stream, text);
    }),
  ];
  return { ...lines.end(), missing };
}

/** Calls `take` for each line that is not blank; returns what is missing. */
async function readLines(
  { run, batches }: PrintedRun,
  take: (key: LineKey, stream: StreamName, text: string) => void,
): Promise<MissingPart[]> {
  const missing: MissingPart[] = [];
  for await (const items of batches) {
    for (const item of items) {
      if ("notice" in item) missing.push(...toMissing(run, item));
      else if (item.startsLine) {
        for (const line of linesOf(item)) {
          const text = toShownLine(line);
          const masked = maskLine(text.trim());
          if (masked !== "") take(keyOfLine(masked, SEEDS[item.stream]), item.stream, text);
        }
      }
    }
  }
  return missing;
}

const decoder = new TextDecoder();

/** As text at once: to decode each line by itself takes longer than all else. */
function linesOf({ bytes }: LogLines): string[] {
  return decoder.decode(bytes).split("\n");
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
