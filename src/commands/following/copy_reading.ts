import { readDrops } from "../../logs/drops.ts";
import { runLogPaths, type StreamName } from "../../logs/log_paths.ts";
import type { Reading } from "../../logs/stretches.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import type { PlacedOutput } from "../output/cut_output.ts";
import { tellDrop } from "../output/tell_drop.ts";
import { copyStretch, tellLost } from "./copy_stretch.ts";

/** Options of {@linkcode copyReading}. */
export interface CopyReadingOptions {
  readonly job: JobView;
  readonly streams: readonly StreamName[];
  readonly since: Reading;
  readonly output: PlacedOutput;
  readonly tellsGaps: boolean;
}

/** Copies what is there of runs, stream by stream, and tells what is in no file; resolves with true. */
export async function copyReading(
  ctx: CommandContext,
  { job, streams, since, output, tellsGaps }: CopyReadingOptions,
): Promise<true> {
  const { logsDir } = ctx.paths;
  if (since.lost !== undefined) await tellLost(output, streams[0]!, since.lost);
  for (const stretch of since.stretches) {
    for (const stream of streams.filter((each) => each in stretch.from)) {
      await copyStretch({ logsDir, jobId: job.id, stream, output, tellsGaps }, stretch);
      const path = runLogPaths(logsDir, job.id, stretch.run)[stream];
      const isOver = stretch.run !== job.run || job.finished_at !== null;
      for (const drop of readDrops(path, isOver)) await tellDrop(drop, stream, output);
    }
  }
  return true;
}
