import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { LeftProcessView } from "../../protocol/process_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { countOf } from "./count_of.ts";
import { callJob, nameJob } from "./job_text.ts";
import { writeNote } from "../frame/write.ts";
import { formatStatus } from "../../view/status_words.ts";

/** `4711 (sleep) of run 1, let go`. */
export function formatLeftProcess({ pid, command, run, let_go }: LeftProcessView): string {
  return `${pid} (${escapeLabel(command)}) of run ${run}${let_go ? ", let go" : ""}`;
}

/** Says on stderr what a start has left alone. */
export async function tellLetGo(ctx: CommandContext, jobs: readonly JobView[]): Promise<void> {
  if (ctx.json || ctx.quiet) return;
  for (const job of jobs) {
    if (job.let_go) await writeNote(ctx, describeLetGo(job, job.let_go));
  }
}

/** `1 let go: a process of an earlier run of job V3x (api) goes on; …`. */
function describeLetGo(job: JobView, count: number): string {
  const [what, go, them] = count === 1
    ? ["a process", "goes", "it"]
    : [`${count} processes`, "go", "them"];
  return `${count} let go: ${what} of an earlier run of job ${nameJob(job)} ${go} on; ` +
    `imp stop ${callJob(job)} ends ${them} too`;
}

/** Says on stderr what a run that has just ended has left running. */
export async function tellLeft(ctx: CommandContext, job: JobView): Promise<void> {
  const { left = 0, let_go = 0 } = job;
  if (ctx.json || ctx.quiet || left === 0) return;
  const there = left - let_go;
  const what = [
    ...there > 0 ? [`${countOf(there, "process", "processes")} still there`] : [],
    ...let_go > 0 ? [`${let_go} let go`] : [],
  ].join(", ");
  const end = `imp stop ${callJob(job)} ends ${left === 1 ? "it" : "them"}`;
  await writeNote(ctx, `Job ${nameJob(job)} ${formatStatus(job)}, ${what}; ${end}`);
}
