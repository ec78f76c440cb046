import { ExitCode } from "../../base/exit_code.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { renderJobs } from "../output/job_table.ts";
import { openLiveScreen } from "../output/live_screen.ts";
import { writeJson, writeLines } from "../frame/write.ts";
import { watchJobs } from "./watch_jobs.ts";

/** Shows those of the jobs that `select` leaves, and again after every change, until Ctrl+C. */
export async function watchList(
  ctx: CommandContext,
  select: (jobs: readonly JobView[]) => Promise<readonly JobView[]>,
): Promise<number> {
  const draw = createDrawing(ctx);
  const jobs = new Map<string, JobView>();
  const redraw = async () => draw(await select([...jobs.values()]));
  await watchJobs(ctx, {
    payload: {},
    first: await ctx.client(),
    signal: ctx.signal,
    watcher: {
      onAll(all) {
        jobs.clear();
        for (const job of all) jobs.set(job.id, job);
        return redraw();
      },
      onJob(job) {
        jobs.set(job.id, job);
        return redraw();
      },
      onRemoved(job) {
        jobs.delete(job.id);
        return redraw();
      },
    },
  });
  return ExitCode.interrupted;
}

function createDrawing(ctx: CommandContext): (jobs: readonly JobView[]) => Promise<void> {
  if (ctx.json) return (jobs) => writeJson(ctx, { type: "jobs", jobs });
  const { stdout, color } = ctx;
  const screen = stdout.isTerminal ? openLiveScreen(stdout) : undefined;
  return async (jobs) => {
    const width = stdout.isTerminal ? stdout.columns : undefined;
    const lines = jobs.length === 0
      ? ["No jobs"]
      : await renderJobs(jobs, { nowMs: ctx.clock.now(), width, color });
    if (screen) await screen.draw(lines);
    else await writeLines(ctx, [...lines, ""]);
  };
}
