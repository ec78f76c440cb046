import { escapeLabel } from "../../base/terminal_text.ts";
import type { RunStatistics } from "../../base/run_statistics.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { formatCpu, formatMemory } from "../../view/usage.ts";
import { formatJobCommand } from "./format_command.ts";
import { formatOwnerBriefly, showsOwners } from "./owner_text.ts";
import { type Cell, type Column, renderTable } from "./table.ts";
import { formatPortNumbers } from "../../view/addresses.ts";
import { formatLeft, formatStatus, toneOf } from "../../view/status_words.ts";
import { formatSince } from "../../view/times.ts";

/** A job of a list that may span several daemons. */
export type ListedJob =
  & JobView
  & Partial<RunStatistics>
  & { readonly daemon_id?: string; readonly progress_percent?: number | null };

/** Options of {@linkcode renderJobs}. */
export interface JobTableOptions {
  readonly nowMs: number;
  readonly width?: number | undefined;
  readonly color: boolean;
  /** Whether to say which daemon's they are. */
  readonly showDaemon?: boolean;
  /** Whether to tell what is known of their runs, and what they are for. */
  readonly isLong?: boolean;
}

const PORTS: Column = { title: "PORTS", most: 28, dropped: 6 };

const OWNER: Column = { title: "OWNER", most: 24, least: 6, dropped: 7 };

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "NAME", most: 24, least: 12 },
  { title: "STATUS" },
  { title: "PID", align: "right", dropped: 4 },
  { title: "SINCE", align: "right", dropped: 5 },
  { title: "RESTARTS", align: "right", dropped: 1 },
  { title: "CPU", align: "right", dropped: 3 },
  { title: "MEM", align: "right", dropped: 2 },
  { title: "COMMAND" },
];

const LONG_COLUMNS: readonly Column[] = [
  { title: "GOOD", align: "right", dropped: 7 },
  { title: "DONE", align: "right", dropped: 8 },
  { title: "DESCRIPTION", most: 40, least: 12, dropped: 9 },
];

/** The lines of `imp list`. */
export function renderJobs(
  jobs: readonly ListedJob[],
  options: JobTableOptions,
): Promise<string[]> {
  const { showDaemon, nowMs, isLong } = options;
  // Most jobs have none.
  const showsPorts = jobs.some((job) => formatPortNumbers(job) !== "");
  const showsOwner = showsOwners(jobs);
  const columns = [
    ...showDaemon ? [{ title: "DAEMON", most: 24, least: 8 }] : [],
    ...COLUMNS.slice(0, -1),
    ...showsOwner ? [OWNER] : [],
    ...showsPorts ? [PORTS] : [],
    ...isLong ? LONG_COLUMNS : [],
    ...COLUMNS.slice(-1),
  ];
  const rows = jobs.map((job) => [
    ...showDaemon ? [{ text: job.daemon_id ?? "" }] : [],
    ...toCells(job, nowMs),
    ...showsOwner ? [{ text: formatOwnerBriefly(job) }] : [],
    ...showsPorts ? [{ text: formatPortNumbers(job) || "-" }] : [],
    ...isLong ? toLongCells(job) : [],
    { text: formatJobCommand(job) },
  ]);
  return renderTable({ columns, rows, width: options.width, color: options.color });
}

function toLongCells({ success_percent, progress_percent, description }: ListedJob): Cell[] {
  const percent = (value: number | null | undefined) => value == null ? "-" : `${value}%`;
  return [
    { text: percent(success_percent) },
    { text: percent(progress_percent) },
    { text: escapeLabel(description ?? "-") },
  ];
}

/** All but the command. */
function toCells(job: JobView, nowMs: number): Cell[] {
  return [
    { text: job.id, tone: "bold" },
    { text: escapeLabel(job.name ?? "-") },
    { text: formatStatus(job) + formatLeft(job), tone: toneOf(job) },
    { text: job.pid === null ? "-" : String(job.pid) },
    { text: formatSince(job, nowMs) },
    { text: String(job.restarts), tone: job.restarts > 0 ? "warn" : undefined },
    { text: job.cpu_percent === null ? "-" : formatCpu(job.cpu_percent) },
    { text: job.memory_bytes === null ? "-" : formatMemory(job.memory_bytes) },
  ];
}
