import type { JobView } from "../../protocol/job_view.ts";
import { placeOf } from "../../view/addresses.ts";
import { formatStatus } from "../../view/status_words.ts";
import { labelOf } from "../job_list.ts";
import { GUTTER_WIDTH, TIME_WIDTH } from "../layout.ts";
import { type OutputRow, scrollFraction, unseenLines, visibleRows } from "../output_buffer.ts";
import { isLine } from "../output_window.ts";
import { selectedJob, shownJob, type TuiState, viewOf } from "../state.ts";
import { durationText, signOf, uptimeText } from "../status_words.ts";
import { clipText, fitText, spreadText, toPlainText } from "../../text/clean_text.ts";
import { highlight } from "../highlight.ts";
import type { Paint } from "../paint.ts";
import { Lines } from "./lines.tsx";
import type { PanelProps } from "./panel_props.ts";

/** The selected job's heading and output. */
export function OutputPanel({ state, layout, paint }: PanelProps) {
  const { width, height } = layout.output;
  if (height === 0) return null;
  const rows = visibleRows(state.output, viewOf(state));
  const body = rows.length > 0
    ? rows.map((row) => outputRow(row, { state, width, paint }))
    : emptyLines(state).map((line) => paint("dim", clipText(` ${line}`, width)));
  const heading = headingRow({ state, layout, paint });
  return <Lines width={width} height={height} lines={[heading, ...body]} />;
}

function outputRow(
  { kind, text, isCut, line }: OutputRow,
  { state, width, paint }: { state: TuiState; width: number; paint: Paint },
): string {
  if (kind === "remark") return " " + paint("accent", clipText(`── ${text} ──`, width - 1));
  const { search, times } = state;
  const gutter = kind === "stderr" ? paint("bad", "▏") : " ";
  const time = times ? paint("dim", timeText(line?.place?.timeMs)) : "";
  const isMatch = search?.match !== undefined && line !== undefined && isLine(line, search.match);
  const style = isMatch ? "notice" : "inverse";
  const marked = search ? highlight(text, { query: search.query, style, paint }) : text;
  if (!isCut) return gutter + time + marked;
  const room = width - GUTTER_WIDTH - (times ? TIME_WIDTH : 0) - 1;
  return gutter + time + fitText(marked, room) + paint("accent", "›");
}

/** `12:34:56.789 `, or as much room. */
function timeText(timeMs: number | undefined): string {
  if (timeMs === undefined || timeMs === 0) return " ".repeat(TIME_WIDTH);
  const date = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")} `;
}

function headingRow({ state, layout, paint }: PanelProps): string {
  const { width } = layout.output;
  const job = shownJob(state);
  if (!job) return paint("dim", fitText(" OUTPUT", width));
  // What the job does now says nothing of a run that was.
  const isTold = state.pinnedRun === undefined || state.pinnedJob !== undefined;
  const { sign, style } = isTold ? signOf(job) : { sign: " ", style: "plain" as const };
  const words = isTold ? factsOf(job, state.nowMs) : nameOf(job);
  const facts = clipText(words, Math.max(0, width - 4));
  const view = viewWords(state);
  const room = width - 3;
  const text = spreadText(facts, view === "" ? "" : ` ${view} `, room);
  const emphasis = state.focus === "output" ? "bold" : "plain";
  return " " + paint(style, sign) + " " + paint(emphasis, text);
}

/** `api V3x · running · up 3m 5s · :8080 · pid 4242`; what matters least stands last. */
function factsOf(job: JobView, nowMs: number): string {
  const isRunning = job.status === "running" || job.status === "stopping";
  const time = isRunning && job.started_at !== null
    ? `up ${uptimeText(job.started_at, nowMs)}`
    : job.started_at !== null && job.finished_at !== null
    ? `took ${durationText(job.started_at, job.finished_at)}`
    : "";
  return [
    nameOf(job),
    formatStatus(job),
    job.reason === null ? "" : toPlainText(job.reason),
    time,
    isRunning ? job.ports.map((port) => placeOf(job, port)).join(" ") : "",
    isRunning && job.pid !== null ? `pid ${job.pid}` : "",
    job.run > 1 ? `run ${job.run}` : "",
    job.name === null ? labelOf(job) : "",
  ].filter((fact) => fact !== "").join(" · ");
}

function nameOf(job: JobView): string {
  return job.name === null ? job.id : `${labelOf(job)} ${job.id}`;
}

/** How the output is looked at, where it is not simply followed. */
function viewWords(state: TuiState): string {
  const { output, outputRun, pinnedRun, search, streams } = state;
  const words = [];
  if (pinnedRun !== undefined && outputRun) words.push(`run ${outputRun.run}`);
  if (streams.length === 1) words.push(streams[0]);
  if (search) words.push(`/${clipText(search.query, MAX_QUERY)}`);
  if (output.wrap) words.push("wrap");
  if (output.left > 0) words.push(`→${output.left}`);
  if (!output.follow) {
    const unseen = unseenLines(output);
    const percent = Math.round(scrollFraction(output, viewOf(state)) * 100);
    const more = unseen.isAll ? "+" : ">";
    words.push(unseen.lines > 0 ? `${percent}% ${more}${unseen.lines} new` : `${percent}%`);
  }
  return words.length === 0 ? "" : `[${words.join(" ")}]`;
}

/** So much of the words that are searched for is told. */
const MAX_QUERY = 16;

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
