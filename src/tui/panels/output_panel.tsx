import { placeOf } from "../../view/addresses.ts";
import { formatStatus } from "../../view/status_words.ts";
import { labelOf } from "../job_list.ts";
import { GUTTER_WIDTH, outputViewport } from "../layout.ts";
import { type OutputRow, scrollFraction, unseenLines, visibleRows } from "../output_buffer.ts";
import { selectedJob, type TuiState } from "../state.ts";
import { durationText, signOf, uptimeText } from "../status_words.ts";
import { clipText, fitText, spreadText, toPlainText } from "../../text/clean_text.ts";
import type { Paint } from "../paint.ts";
import { Lines } from "./lines.tsx";
import type { PanelProps } from "./panel_props.ts";

/** The selected job's heading and output. */
export function OutputPanel({ state, layout, paint }: PanelProps) {
  const { width, height } = layout.output;
  if (height === 0) return null;
  const view = outputViewport(layout);
  const rows = visibleRows(state.output, view);
  const body = rows.length > 0
    ? rows.map((row) => outputRow(row, { width, paint }))
    : emptyLines(state).map((line) => paint("dim", clipText(` ${line}`, width)));
  const heading = headingRow({ state, layout, paint });
  return <Lines width={width} height={height} lines={[heading, ...body]} />;
}

function outputRow(
  { kind, text, isCut }: OutputRow,
  { width, paint }: { width: number; paint: Paint },
): string {
  if (kind === "remark") return " " + paint("accent", clipText(`── ${text} ──`, width - 1));
  const gutter = kind === "stderr" ? paint("bad", "▏") : " ";
  if (!isCut) return gutter + text;
  return gutter + fitText(text, width - GUTTER_WIDTH - 1) + paint("accent", "›");
}

function headingRow({ state, layout, paint }: PanelProps): string {
  const { width } = layout.output;
  const item = selectedJob(state);
  if (!item) return paint("dim", fitText(" OUTPUT", width));
  const { job } = item;
  const { sign, style } = signOf(job);
  const facts = clipText(factsOf(state), Math.max(0, width - 4));
  const view = viewWords({ state, layout });
  const room = width - 3;
  const text = spreadText(facts, view === "" ? "" : ` ${view} `, room);
  const emphasis = state.focus === "output" ? "bold" : "plain";
  return " " + paint(style, sign) + " " + paint(emphasis, text);
}

/** `api V3x · running · up 3m 5s · :8080 · pid 4242`; what matters least stands last. */
function factsOf(state: TuiState): string {
  const { job } = selectedJob(state)!;
  const isRunning = job.status === "running" || job.status === "stopping";
  const time = isRunning && job.started_at !== null
    ? `up ${uptimeText(job.started_at, state.nowMs)}`
    : job.started_at !== null && job.finished_at !== null
    ? `took ${durationText(job.started_at, job.finished_at)}`
    : "";
  return [
    job.name === null ? job.id : `${labelOf(job)} ${job.id}`,
    formatStatus(job),
    job.reason === null ? "" : toPlainText(job.reason),
    time,
    isRunning ? job.ports.map((port) => placeOf(job, port)).join(" ") : "",
    isRunning && job.pid !== null ? `pid ${job.pid}` : "",
    job.run > 1 ? `run ${job.run}` : "",
    job.name === null ? labelOf(job) : "",
  ].filter((fact) => fact !== "").join(" · ");
}

/** How the output is looked at, where it is not simply followed. */
function viewWords({ state, layout }: Omit<PanelProps, "paint">): string {
  const { output } = state;
  const words = [];
  if (output.wrap) words.push("wrap");
  if (output.left > 0) words.push(`→${output.left}`);
  if (!output.follow) {
    const unseen = unseenLines(output);
    const percent = Math.round(scrollFraction(output, outputViewport(layout)) * 100);
    const more = unseen.isAll ? "+" : ">";
    words.push(unseen.lines > 0 ? `${percent}% ${more}${unseen.lines} new` : `${percent}%`);
  }
  return words.length === 0 ? "" : `[${words.join(" ")}]`;
}

function emptyLines(state: TuiState): string[] {
  if (!state.isLoaded) return [];
  if (state.jobs.length === 0) {
    return [
      "",
      "Nothing runs here yet. To begin:",
      "",
      "  imp run -- npm run dev",
      "  imp add --name api -- make serve",
    ];
  }
  const job = selectedJob(state)?.job;
  if (!job) return [];
  return ["", job.run === 0 ? "It has not run yet: s starts it" : "No output yet"];
}
