import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView, RunView } from "../../protocol/job_view.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import { formatBytes } from "./format_bytes.ts";
import { formatCommand } from "./format_command.ts";
import { formatSince, formatStatus, toneOf } from "./job_text.ts";
import { formatLeft, formatLeftProcess } from "./left_text.ts";
import { paint } from "./style.ts";
import { renderTable } from "./table.ts";

/** Options of {@linkcode renderJobDetails}. */
export interface JobDetailsOptions {
  readonly nowMs: number;
  readonly width?: number | undefined;
  readonly color: boolean;
}

/** The lines of `imp show`. */
export async function renderJobDetails(
  details: ReplyOf<"get_job">,
  options: JobDetailsOptions,
): Promise<string[]> {
  const facts = toFacts(details, options).filter(([, value]) => value !== undefined);
  const longest = Math.max(...facts.map(([name]) => name.length));
  const room = Math.max(20, (options.width ?? Infinity) - longest - GAP.length);
  const lines = facts.flatMap(([name, value]) => {
    const folded = Array.isArray(value) ? foldWords(value, room) : [value];
    return folded.map((line, index) =>
      paint((index === 0 ? name : "").padEnd(longest), "dim", options.color) + GAP + line
    );
  });
  if (details.runs.length === 0) return lines;
  return [...lines, "", ...await renderRuns(details.runs, options)];
}

const GAP = "  ";

/** A text, or words that may be folded into several lines. */
type Fact = readonly [name: string, value: string | readonly string[] | undefined];

function foldWords(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function toFacts(
  { job, left_processes = [], env_names, average_duration_ms }: ReplyOf<"get_job">,
  { nowMs, color }: JobDetailsOptions,
): Fact[] {
  const text = (value: string | null) => value === null ? undefined : escapeLabel(value);
  const status = paint(formatStatus(job) + formatLeft(job), toneOf(job.status), color);
  const readiness = job.status === "running" && !job.ready ? ", not ready" : "";
  return [
    ["id", job.id],
    ["name", text(job.name)],
    ["description", text(job.description)],
    ["command", formatCommand(job.command)],
    ["directory", text(job.workdir)],
    ["status", `${status}${readiness} (${formatSince(job, nowMs)}), asked to be ${job.desired}`],
    [
      "left",
      left_processes.length === 0 ? undefined : left_processes.map(formatLeftProcess).join("; "),
    ],
    ["reason", text(job.reason)],
    ["pid", job.pid === null ? undefined : String(job.pid)],
    ["ports", job.ports.length === 0 ? undefined : job.ports.join(", ")],
    ["cpu", job.cpu_percent === null ? undefined : `${job.cpu_percent.toFixed(1)}%`],
    ["memory", job.memory_bytes === null ? undefined : formatBytes(job.memory_bytes)],
    ["restart", formatRestarts(job)],
    ["stop", `${job.stop_signal}, then KILL after ${formatDuration(job.stop_timeout_ms)}`],
    ["created", formatLocalTime(job.created_at)],
    ["stdout", text(job.stdout_path)],
    ["stderr", text(job.stderr_path)],
    ["runs take", average_duration_ms === null ? undefined : formatDuration(average_duration_ms)],
    [
      "environment",
      env_names.length === 0 ? undefined : env_names.map((name) => escapeLabel(name)),
    ],
  ];
}

function formatRestarts({ restart_policy, restarts }: JobView): string {
  if (restarts === 0) return restart_policy;
  return `${restart_policy}, restarted ${restarts === 1 ? "once" : `${restarts} times`} so far`;
}

function renderRuns(runs: readonly RunView[], options: JobDetailsOptions): Promise<string[]> {
  return renderTable({
    columns: [
      { title: "RUN", align: "right" },
      { title: "OUTCOME" },
      { title: "PID", align: "right", dropped: 1 },
      { title: "TOOK", align: "right", dropped: 2 },
      { title: "STARTED", dropped: 3 },
      { title: "REASON" },
    ],
    rows: runs.map((run) => [
      { text: String(run.run) },
      { text: formatOutcome(run) },
      { text: run.pid === null ? "-" : String(run.pid) },
      { text: run.duration_ms === null ? "-" : formatDuration(run.duration_ms) },
      { text: formatLocalTime(run.started_at) },
      { text: escapeLabel(run.reason ?? "") },
    ]),
    width: options.width,
    color: options.color,
  });
}

function formatOutcome(run: RunView): string {
  const end = run.signal ?? (run.exit_code === null ? undefined : String(run.exit_code));
  return end === undefined ? run.outcome : `${run.outcome} (${end})`;
}

/** `2026-11-21 02:35:00` in the user's time zone. */
export function formatLocalTime(isoTime: string): string {
  const time = new Date(isoTime);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ` +
    `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
