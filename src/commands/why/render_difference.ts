import type { JobView, RunView } from "../../protocol/job_view.ts";
import { countOf } from "../output/count_of.ts";
import { formatOutcome } from "../output/job_details.ts";
import { nameJob } from "../output/job_text.ts";
import { formatOmission } from "../output/omission_text.ts";
import { paint } from "../output/style.ts";
import type { Difference, MissingPart } from "./compare_runs.ts";
import { formatCoarse } from "../../view/times.ts";
import type { NewLine } from "./new_lines.ts";
import type { RunPair } from "./pick_runs.ts";

/** Options of {@linkcode renderDifference}. */
export interface RenderDifferenceOptions {
  readonly pair: RunPair;
  readonly difference: Difference;
  /** Prints all of it. */
  readonly command: string;
  readonly nowMs: number;
  readonly color: boolean;
}

/** `out` and `err` stand before lines, so that the lines of both streams stay in their order. */
const GUTTERS = { stdout: "out", stderr: "err" } as const;

/** What one run printed that the other did not, for people. */
export function renderDifference(
  job: JobView,
  { pair, difference, command, nowMs, color }: RenderDifferenceOptions,
): string[] {
  const { head, omitted, tail, missing, isExact } = difference;
  const count = head.length + omitted.lines + tail.length;
  const what = `${isExact ? "" : "about "}${count === 0 ? "nothing" : countOf(count, "line")}`;
  const [run, against] = [pair.run, pair.against].map((each) => describeRun(each, nowMs));
  const show = (line: NewLine) => renderLine(line, color);
  return [
    paint(`${nameJob(job)}: ${run} printed ${what} that ${against} did not`, "bold", color),
    ...missing.map((part) => paint(describeMissing(part, pair), "warn", color)),
    ...head.map(show),
    ...omitted.lines > 0 ? [formatOmission(omitted, command)] : [],
    ...tail.map(show),
  ];
}

/** `run 8 (failed (1) 3m ago)`. */
function describeRun(run: RunView, nowMs: number): string {
  const since = run.finished_at ?? run.started_at;
  const time = formatCoarse(Math.max(0, nowMs - Date.parse(since)));
  const when = run.finished_at === null ? `since ${time}` : `${time} ago`;
  return `run ${run.run} (${formatOutcome(run)} ${when})`;
}

function renderLine({ stream, text, times }: NewLine, color: boolean): string {
  const gutter = paint(GUTTERS[stream], stream === "stderr" ? "bad" : "dim", color);
  const repeated = times === 1 ? "" : paint(`  (${times} times)`, "dim", color);
  return `${gutter} ${text}${repeated}`;
}

/** What is not in the one that is compared with may have been printed by it all the same. */
function describeMissing({ run, stream, bytes }: MissingPart, { against }: RunPair): string {
  const what = bytes === null
    ? `some of its ${stream} is`
    : `${countOf(bytes, "byte")} of its ${stream} ${bytes === 1 ? "is" : "are"}`;
  const so = run === against.run ? ": what stood there is shown as new" : "";
  return `imp: run ${run}: ${what} kept no more${so}`;
}
