import { isUp } from "../../protocol/job_status.ts";
import { type JobItem, labelOf } from "../job_list.ts";
import { LIST_LEAD_WIDTH, listColumns, listRows } from "../layout.ts";
import { type TuiState, visibleJobs } from "../state.ts";
import { downWords, signOf } from "../status_words.ts";
import { fitText, textWidth } from "../../text/clean_text.ts";
import type { Paint } from "../paint.ts";
import { formatCpu, formatMemory } from "../../view/usage.ts";
import { sparkline } from "../usage_text.ts";
import { Lines } from "./lines.tsx";
import type { PanelProps } from "./panel_props.ts";

/** The jobs: only the rows that are seen are made, however many there are. */
export function ListPanel({ state, layout, paint }: PanelProps) {
  const { width, height } = layout.list;
  if (height === 0) return null;
  const jobs = visibleJobs(state);
  const seen = jobs.slice(state.listTop, state.listTop + listRows(layout));
  const rows = jobs.length === 0
    ? [paint("dim", fitText(` ${emptyWords(state)}`, width))]
    : seen.map((item) => jobRow(item, { state, width, paint }));
  const heading = layout.hasHeading ? [headingRow(state, { width, paint })] : [];
  return <Lines width={width} height={height} lines={[...heading, ...rows]} />;
}

function emptyWords({ isLoaded, jobs, filter }: TuiState): string {
  if (!isLoaded) return "";
  return jobs.length > 0 ? `no job has "${filter}"` : "no jobs yet";
}

function headingRow(state: TuiState, { width, paint }: { width: number; paint: Paint }): string {
  const columns = listColumns(width);
  const count = visibleJobs(state).length;
  const position = count > 0 ? `${state.selectedIndex + 1}/${count}` : "";
  const filter = state.filter === "" ? "" : ` /${state.filter}`;
  const title = fitText(` JOBS ${position}${filter}`, LIST_LEAD_WIDTH + columns.name);
  const text = title + fitText("cpu", columns.cpu, "right") +
    fitText("mem", columns.memory, "right");
  return paint(state.focus === "list" ? "bold" : "dim", fitText(text, width));
}

interface RowOptions {
  readonly state: TuiState;
  readonly width: number;
  readonly paint: Paint;
}

function jobRow(item: JobItem, { state, width, paint }: RowOptions): string {
  const { job } = item;
  const isSelected = job.id === state.selectedId;
  const { sign, style } = signOf(job);
  const marker = markerOf(item, state);
  const columns = listColumns(width);
  const name = fitText(labelOf(job), columns.name);
  const facts = job.status === "running"
    ? usageText(item, columns)
    : downText(item, { room: width - LIST_LEAD_WIDTH - columns.name, nowMs: state.nowMs });
  if (isSelected && state.focus === "list") {
    return paint("selected", fitText(`${marker}${sign} ${name}${facts}`, width));
  }
  const isQuiet = !isUp(job.status);
  const lead = isSelected || marker === " " ? marker : paint("accent", marker);
  return lead + paint(style, sign) + " " + paint(isSelected ? "bold" : "plain", name) +
    paint(isQuiet && job.status !== "failed" ? "dim" : "plain", facts);
}

/** What stands before a job: it is selected, marked, or has written something that nobody has seen. */
function markerOf({ job }: JobItem, { marked, selectedId, written }: TuiState): string {
  if (marked.has(job.id)) return "+";
  if (job.id === selectedId) return "▸";
  const entry = written.get(job.id);
  return entry !== undefined && entry.atMs > entry.seenMs ? "∙" : " ";
}

function usageText({ job, cpu }: JobItem, columns: ReturnType<typeof listColumns>): string {
  const percent = job.cpu_percent === null ? "" : formatCpu(job.cpu_percent);
  const memory = job.memory_bytes === null ? "" : formatMemory(job.memory_bytes);
  const restarts = job.restarts > 0 ? `↻${Math.min(job.restarts, 999)}` : "";
  return fitText(percent, columns.cpu, "right") + fitText(memory, columns.memory, "right") +
    (columns.spark > 0 ? ` ${sparkline(cpu, columns.spark - 1)}` : "") +
    fitText(restarts, columns.restarts, "right");
}

function downText({ job }: JobItem, { room, nowMs }: { room: number; nowMs: number }): string {
  const words = ` ${downWords(job, nowMs)}`;
  const restarts = job.restarts > 0 ? ` ↻${Math.min(job.restarts, 999)}` : "";
  const left = fitText(words, Math.max(0, room - textWidth(restarts)));
  return fitText(left + restarts, room);
}
