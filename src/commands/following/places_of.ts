import { AppError } from "../../base/app_error.ts";
import type { JobPlaces } from "../../logs/log_cursor.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import type { AskedCursor } from "../frame/output_flags.ts";
import { writeJson } from "../frame/write.ts";
import { nameJob } from "../output/job_text.ts";

/**
 * Up to where a job was read by who asks: without a cursor, to the beginning of its present or last run.
 * @throws AppError `usage.bad_cursor` when the cursor is of other jobs
 */
export function placesOf(job: JobView, asked: AskedCursor | undefined): JobPlaces {
  const cursor = asked?.cursor;
  if (cursor === undefined) return beginningOf(job.id, job.run);
  const found = cursor.jobs.find(({ jobId }) => jobId === job.id);
  if (found !== undefined) return found;
  // It was not there when all jobs were looked at.
  if (cursor.isOfAll) return beginningOf(job.id, 1);
  const named = cursor.jobs.map(({ jobId }) => jobId).join(", ");
  throw new AppError("usage.bad_cursor", `The cursor is not of job ${nameJob(job)}`, {
    hint: `It is of ${named || "no job"}; --cursor "" begins`,
  });
}

function beginningOf(jobId: string, run: number): JobPlaces {
  const place = { run: Math.max(1, run), offset: 0 };
  return { jobId, stdout: place, stderr: place };
}

/**
 * Prints the cursor that goes on from here, for whoever reads stdout and for whoever does not; `isInLine` when what was
 * printed last has no end of line.
 */
export async function tellCursor(
  ctx: CommandContext,
  { cursor, isInLine }: { cursor: string; isInLine: boolean },
): Promise<void> {
  if (ctx.json) await writeJson(ctx, { type: "cursor", cursor });
  // Whoever reads both in one finds it at the beginning of a line.
  await ctx.stderr.write(`${isInLine && !ctx.json ? "\n" : ""}cursor ${cursor}\n`);
}
