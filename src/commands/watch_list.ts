import { ExitCode } from "../base/exit_code.ts";
import type { JobView } from "../protocol/job_view.ts";
import { followEvents } from "../client/subscribe.ts";
import { jobOf } from "../protocol/event.ts";
import { createAwayNotice } from "./away_notice.ts";
import type { CommandContext } from "./command.ts";
import { renderJobs } from "./output/job_table.ts";
import { openLiveScreen } from "./output/live_screen.ts";
import { writeJson, writeLines } from "./output/write.ts";

/** Shows the jobs, and again after every change, until Ctrl+C. */
export async function watchList(ctx: CommandContext): Promise<number> {
  const { signal, clock } = ctx;
  const items = followEvents({
    payload: {},
    connect: (how) => ctx.connect(how),
    first: await ctx.client(),
    clock,
    signal,
    onState: createAwayNotice(ctx),
  });
  const draw = createDrawing(ctx);
  let jobs = new Map<string, JobView>();
  for await (const item of items) {
    if (item.type === "snapshot") {
      jobs = new Map(item.snapshot.jobs.map((job) => [job.id, job]));
    } else {
      const job = jobOf(item.event);
      if (!job) continue;
      if (item.event.event === "job_removed") jobs.delete(job.id);
      else jobs.set(job.id, job);
    }
    await draw([...jobs.values()]);
  }
  return ExitCode.interrupted;
}

function createDrawing(ctx: CommandContext): (jobs: readonly JobView[]) => Promise<void> {
  if (ctx.json) return (jobs) => writeJson(ctx, jobs);
  const { stdout, color } = ctx;
  const screen = stdout.isTerminal ? openLiveScreen(stdout) : undefined;
  return async (jobs) => {
    const width = stdout.isTerminal ? stdout.columns : undefined;
    const lines = jobs.length === 0
      ? ["No jobs"]
      : renderJobs(jobs, { nowMs: ctx.clock.now(), width, color });
    if (screen) await screen.draw(lines);
    else await writeLines(ctx, [...lines, ""]);
  };
}
