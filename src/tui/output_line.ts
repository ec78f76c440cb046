import type { StreamName } from "../logs/log_paths.ts";
import type { StreamOffsets } from "../logs/stretches.ts";

/** Who wrote a line: the job, or imp itself. */
export type LineKind = StreamName | "remark";

/** Where a line is in what its run wrote; offsets are logical, see logs/log_paths.ts. */
export interface LinePlace {
  readonly run: number;
  /** Its first byte in its stream. */
  readonly from: number;
  /** Behind its last byte. */
  readonly to: number;
  /** When it was written, to within 100 ms. */
  readonly timeMs: number;
}

/** A line of the output panel; `text` is clean (see text.ts). Never changed once made. */
export interface OutputLine {
  readonly kind: LineKind;
  readonly text: string;
  /** Missing where imp itself speaks. */
  readonly place?: LinePlace;
}

/** A place between lines of a run. */
export interface RunPlace {
  readonly run: number;
  /** Of each stream that is shown. */
  readonly offsets: StreamOffsets;
}

/** A line of a stream, by where it begins. */
export interface LineWish {
  readonly kind: StreamName;
  readonly from: number;
}

/** What is kept in the files, of all streams that are shown. */
export interface Extent {
  readonly first: StreamOffsets;
  readonly end: StreamOffsets;
}

/** How much room lines take. */
export function countChars(lines: readonly OutputLine[]): number {
  return lines.reduce((chars, line) => chars + line.text.length, 0);
}

/** The place behind lines that begin at a place. */
export function placeBehind(
  from: RunPlace | undefined,
  lines: readonly OutputLine[],
): RunPlace | undefined {
  return lines.reduce((place, { kind, place: line }) => {
    if (line === undefined || kind === "remark") return place;
    const offsets = place?.run === line.run ? place.offsets : { stdout: 0, stderr: 0 };
    return { run: line.run, offsets: { ...offsets, [kind]: line.to } };
  }, from);
}

/** The place before lines that end at a place. */
export function placeBefore(
  to: RunPlace | undefined,
  lines: readonly OutputLine[],
): RunPlace | undefined {
  return lines.reduceRight((place, { kind, place: line }) => {
    if (line === undefined || kind === "remark" || place?.run !== line.run) return place;
    return { run: line.run, offsets: { ...place.offsets, [kind]: line.from } };
  }, to);
}

/** A line of imp's own among a job's output. */
export function remark(text: string): OutputLine {
  return { kind: "remark", text };
}
