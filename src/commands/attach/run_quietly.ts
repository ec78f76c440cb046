import { formatDuration } from "../../base/duration.ts";
import type { DaemonClient } from "../../client/client.ts";
import { runLogPaths } from "../../logs/log_paths.ts";
import { tailOffset } from "../../logs/tail.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { endRun, tellHowToStop } from "./follow_to_end.ts";
import type { CommandContext } from "../frame/command.ts";
import { exitCodeOfEnd } from "../frame/exit_code_of_end.ts";
import { writeNote } from "../frame/write.ts";
import { countOf } from "../output/count_of.ts";
import { openJobOutput } from "../output/job_output.ts";
import { callJob, nameJob } from "../output/job_text.ts";
import { LogWriter } from "../output/log_writer.ts";
import { followJob } from "../following/follow_job.ts";
import { showLogs } from "../following/show_logs.ts";
import { formatStatus } from "../../view/status_words.ts";

/** Options of {@linkcode runQuietly}. */
export interface RunQuietlyOptions {
  /** How many lines of a run that failed are shown. */
  readonly lines: number;
  readonly limit?: AbortSignal | undefined;
}

/**
 * Waits for the end of the job's run and shows nothing of what it prints, but the last lines when it does not end well;
 * resolves with the exit code.
 * @throws the reason of `limit` when that is aborted before
 */
export async function runQuietly(
  ctx: CommandContext,
  { client, job }: { client: DaemonClient; job: JobView },
  { lines, limit }: RunQuietlyOptions,
): Promise<number> {
  const output = openJobOutput(ctx);
  const end = await followJob(ctx, { client, job, run: job.run, streams: [], output, limit });
  if (end === undefined) {
    limit?.throwIfAborted();
    return await tellHowToStop(ctx, job);
  }
  const code = exitCodeOfEnd({ code: end.exit_code, signal: end.signal });
  if (code !== 0) await tellFailure(ctx, end, lines);
  return await endRun(ctx, client, end);
}

async function tellFailure(ctx: CommandContext, end: JobView, lines: number): Promise<void> {
  const writer = new LogWriter(ctx, {});
  await showLogs(ctx, [{ job: end, run: end.run }], { query: { lines }, writer }).catch(() => {});
  const { started_at, finished_at } = end;
  const took = started_at === null || finished_at === null
    ? ""
    : ` after ${formatDuration(Date.parse(finished_at) - Date.parse(started_at))}`;
  const what = lines === 0 ? "its output" : `its last ${countOf(lines, "line")} above, all of it`;
  const rest = hasMore(ctx, end, lines) ? `; ${what}: imp logs ${callJob(end)}` : "";
  await writeNote(ctx, `Job ${nameJob(end)} ${formatStatus(end)}${took}${rest}`);
}

/** Whether it has printed more than so many lines; of what cannot be read nothing is known. */
function hasMore(ctx: CommandContext, { id, run }: JobView, lines: number): boolean {
  const paths = runLogPaths(ctx.paths.logsDir, id, run);
  try {
    const [out, err] = [paths.stdout, paths.stderr].map((path) =>
      tailOffset(path, lines + 1).lines
    );
    return out! + err! > lines;
  } catch {
    return false;
  }
}
