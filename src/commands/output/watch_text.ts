import { escapeLabel } from "../../base/terminal_text.ts";
import type { WatchView } from "../../protocol/job_view.ts";
import { countOf } from "./count_of.ts";
import { formatCoarse } from "../../view/times.ts";

/** The files that are watched for a job, and how that goes: `src/**; 12 directories; src/a.ts changed 5s ago`. */
export function formatWatch(watch: WatchView, nowMs: number): string {
  const { paths, ignore, does, is_awaited, directories, problem, changed_at } = watch;
  const globs = paths.map(escapeLabel).join(", ");
  const facts = [
    ignore.length === 0 ? globs : `${globs} without ${ignore.map(escapeLabel).join(", ")}`,
    does === "restart" ? undefined : `does ${escapeLabel(does)}`,
    directories === null ? undefined : countOf(directories, "directory", "directories"),
    changed_at === null ? undefined : `${formatChanged(watch)} changed ${ago(changed_at, nowMs)}`,
    is_awaited ? "waits for a change" : undefined,
    problem === null ? undefined : escapeLabel(problem),
  ];
  return facts.filter((fact) => fact !== undefined).join("; ");
}

/** `src/a.ts`, or `src/a.ts and 3 more`. */
export function formatChanged({ changed_path, changed_files }: WatchView): string {
  if (changed_path === null) return "many files";
  const first = escapeLabel(changed_path);
  return changed_files > 1 ? `${first} and ${changed_files - 1} more` : first;
}

function ago(time: string, nowMs: number): string {
  return `${formatCoarse(nowMs - Date.parse(time))} ago`;
}
