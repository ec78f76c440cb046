import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import type { StatusSnapshot } from "../../protocol/snapshot.ts";
import { countOf } from "./count_of.ts";
import { formatBytes } from "./format_bytes.ts";
import { renderJobs } from "./job_table.ts";
import { paint } from "./style.ts";

/** Options of {@linkcode renderStatus}. */
export interface StatusTextOptions {
  readonly nowMs: number;
  readonly width?: number | undefined;
  readonly color: boolean;
}

/** The lines of `imp status`. */
export async function renderStatus(
  snapshot: StatusSnapshot,
  options: StatusTextOptions,
): Promise<string[]> {
  const { daemon } = snapshot;
  const uptime = formatDuration(daemon.uptime_s * 1_000);
  const ageMs = options.nowMs - Date.parse(snapshot.generated_at);
  const state = snapshot.stale
    ? paint(
      `not running or hung, last known state of ${formatDuration(ageMs)} ago`,
      "warn",
      options.color,
    )
    : `${paint("running", "good", options.color)} (pid ${daemon.pid}, up ${uptime}, ` +
      `${formatBytes(daemon.rss_bytes)}, ${countOf(daemon.clients, "client")})` +
      (snapshot.source === "file" ? ", from its status file" : "");
  const jobs = snapshot.jobs.length === 0 ? ["No jobs"] : await renderJobs(snapshot.jobs, options);
  return [
    `Daemon ${escapeLabel(daemon.id)}: ${state}`,
    `Jobs: ${summarizeCounts(snapshot)}`,
    "",
    ...jobs,
  ];
}

/** The snapshot in a line. */
export function summarizeStatus(snapshot: StatusSnapshot): string {
  const state = snapshot.stale
    ? "daemon not running or hung"
    : `daemon running (${snapshot.source})`;
  return `${state}: ${summarizeCounts(snapshot)}`;
}

function summarizeCounts(snapshot: StatusSnapshot): string {
  const counts = new Map<string, number>();
  for (const { status } of snapshot.jobs) counts.set(status, (counts.get(status) ?? 0) + 1);
  if (counts.size === 0) return "none";
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
}
