import { formatDuration } from "../../base/duration.ts";
import { formatTerminalSize } from "../../base/terminal_size.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import { describeDrop } from "../../logs/drops.ts";
import type { JobView, RunView } from "../../protocol/job_view.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import { foldWords } from "../../text/fold_words.ts";
import type { RunDrop } from "../frame/run_drops.ts";
import { countOf } from "./count_of.ts";
import { formatBytes } from "./format_bytes.ts";
import { formatCommand, formatJobCommand } from "./format_command.ts";
import { formatLeftProcess } from "./left_text.ts";
import { formatLease, formatOwnerInFull } from "./owner_text.ts";
import { formatPorts } from "./port_text.ts";
import { formatWatch } from "./watch_text.ts";
import { paint } from "./style.ts";
import { renderTable } from "./table.ts";
import { formatLeft, formatStatus, toneOf } from "../../view/status_words.ts";
import { formatSince } from "../../view/times.ts";

/** Options of {@linkcode renderJobDetails}. */
export interface JobDetailsOptions {
  readonly nowMs: number;
  readonly width?: number | undefined;
  readonly color: boolean;
  /** What of the output of its runs is in no file. */
  readonly drops?: readonly RunDrop[];
}

/** The lines of `imp show`. */
export async function renderJobDetails(
  details: ReplyOf<"get_job">,
  options: JobDetailsOptions,
): Promise<string[]> {
  const facts = jobFacts(details, options);
  const longest = Math.max(...facts.map(([name]) => name.length));
  const room = Math.max(20, (options.width ?? Infinity) - longest - GAP.length);
  const lines: string[] = [];
  for (const [name, value] of facts) {
    const folded = Array.isArray(value) ? await foldWords(value, room) : [value];
    lines.push(
      ...folded.map((line, index) =>
        paint((index === 0 ? name : "").padEnd(longest), "dim", options.color) + GAP + line
      ),
    );
  }
  if (details.runs.length === 0) return lines;
  return [...lines, "", ...await renderRuns(details.runs, options)];
}

const GAP = "  ";

/** A text, or words that may be folded into several lines. */
export type JobFact = readonly [name: string, value: string | readonly string[]];

/** What there is to say of a job, but for its runs, in the order in which it is said. */
export function jobFacts(
  details: ReplyOf<"get_job">,
  options: JobDetailsOptions,
): JobFact[] {
  return listFacts(details, options).filter((fact): fact is JobFact => fact[1] !== undefined);
}

type MaybeFact = readonly [name: string, value: string | readonly string[] | undefined];

function listFacts(
  details: ReplyOf<"get_job">,
  { nowMs, color, drops = [] }: JobDetailsOptions,
): MaybeFact[] {
  const { job, left_processes = [], env_names } = details;
  const text = (value: string | null) => value === null ? undefined : escapeLabel(value);
  const status = paint(formatStatus(job) + formatLeft(job), toneOf(job), color);
  return [
    ["id", job.id],
    ["name", text(job.name)],
    ["description", text(job.description)],
    ["command", formatJobCommand(job)],
    ["directory", text(job.workdir)],
    ["status", `${status} (${formatSince(job, nowMs)}), asked to be ${job.desired}`],
    [
      "left",
      left_processes.length === 0 ? undefined : left_processes.map(formatLeftProcess).join("; "),
    ],
    ["project", job.source === undefined ? undefined : escapeLabel(job.source)],
    ["groups", job.groups?.length ? job.groups.map(escapeLabel).join(", ") : undefined],
    ["reason", text(job.reason)],
    ["ready when", text(job.ready_check ?? null)],
    ["not ready", text(job.unready_reason ?? null)],
    ["healthy while", text(job.health_check ?? null)],
    ["watches", job.watch && formatWatch(job.watch, nowMs)],
    ["pid", job.pid === null ? undefined : String(job.pid)],
    ["declares", formatPorts(job)],
    ["ports", job.ports.length === 0 ? undefined : job.ports.join(", ")],
    ["cpu", job.cpu_percent === null ? undefined : `${job.cpu_percent.toFixed(1)}%`],
    ["memory", formatMemory(job)],
    ["owner", formatOwnerInFull(job)],
    ["lease", formatLease(job.lease, nowMs)],
    ["restart", formatRestarts(job)],
    ["schedule", formatSchedule(job)],
    ["left out", formatSkipped(job)],
    ["terminal", job.terminal_size && formatTerminalSize(job.terminal_size)],
    ["stop", formatStop(job)],
    ["created", formatLocalTime(job.created_at)],
    ["keeps", formatKept(job)],
    ["stdout", text(job.stdout_path)],
    ["stderr", text(job.stderr_path)],
    ...drops.map((drop, index): MaybeFact => [
      index === 0 ? "dropped" : "",
      `run ${drop.run}: ${describeDrop(drop, drop.stream)}`,
    ]),
    ["succeeded", formatSuccess(details)],
    ["runs take", formatDurations(details)],
    [
      "environment",
      env_names.length === 0 ? undefined : env_names.map((name) => escapeLabel(name)),
    ],
  ];
}

/** `86% of 7 runs`: of those that are kept and ended by themselves. */
function formatSuccess({ runs, success_percent = null }: ReplyOf<"get_job">): string | undefined {
  if (success_percent === null) return undefined;
  const own = runs.filter(({ outcome }) => outcome === "exited" || outcome === "failed").length;
  return `${success_percent}% of ${countOf(own, "run")}`;
}

/** `1.5s on average, 1s to 2.4s, usually 1.4s`. */
function formatDurations(details: ReplyOf<"get_job">): string | undefined {
  const { average_duration_ms: average } = details;
  if (average === null) return undefined;
  const { shortest_duration_ms: shortest, longest_duration_ms: longest } = details;
  const { usual_duration_ms: usual } = details;
  const isSpread = shortest != null && longest != null && shortest !== longest;
  return [
    `${formatDuration(average)}${isSpread ? " on average" : ""}`,
    ...isSpread ? [`${formatDuration(shortest)} to ${formatDuration(longest)}`] : [],
    ...isSpread && usual != null ? [`usually ${formatDuration(usual)}`] : [],
  ].join(", ");
}

function formatRestarts({ restart_policy, restarts }: JobView): string {
  if (restarts === 0) return restart_policy;
  return `${restart_policy}, restarted ${restarts === 1 ? "once" : `${restarts} times`} so far`;
}

function formatSchedule({ schedule, next_run_at }: JobView): string | undefined {
  if (schedule === undefined) return undefined;
  const next = next_run_at === undefined
    ? "once there is a daemon"
    : next_run_at === null
    ? "off until its next start"
    : `next at ${formatLocalTime(next_run_at)}`;
  return `${escapeLabel(schedule)}, ${next}`;
}

function formatSkipped({ skipped_at, skipped_reason }: JobView): string | undefined {
  if (skipped_at === undefined) return undefined;
  return `its start at ${formatLocalTime(skipped_at)}: ${skipped_reason}`;
}

function formatStop({ stop_signal, stop_timeout_ms, stop_command }: JobView): string {
  const asked = stop_command === undefined ? stop_signal : formatCommand(stop_command);
  return `${asked}, then KILL after ${formatDuration(stop_timeout_ms)}`;
}

function formatMemory({ memory_bytes, memory_limit_bytes }: JobView): string | undefined {
  const used = memory_bytes === null ? undefined : formatBytes(memory_bytes);
  if (memory_limit_bytes === undefined) return used;
  const limit = formatBytes(memory_limit_bytes);
  return used === undefined ? `at most ${limit}` : `${used} of ${limit}`;
}

/** What is kept of it otherwise than the settings say. */
function formatKept({ log_max_bytes, runs_kept }: JobView): string | undefined {
  const kept = [
    ...runs_kept === undefined ? [] : [`${runs_kept} run${runs_kept === 1 ? "" : "s"}`],
    ...log_max_bytes === undefined
      ? []
      : [log_max_bytes === 0 ? "all output" : `${formatBytes(log_max_bytes)} of each stream`],
  ];
  return kept.length === 0 ? undefined : kept.join(", ");
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

/** `failed (1)`, `stopped (SIGTERM)`: how a run ended. */
export function formatOutcome(run: RunView): string {
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
