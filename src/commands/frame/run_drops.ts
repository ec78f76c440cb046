import { type Drop, readDrops, sumDrops } from "../../logs/drops.ts";
import { runLogPaths, type StreamName } from "../../logs/log_paths.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import type { CommandContext } from "./command.ts";

/** What of the output of a run is in no file. */
export interface RunDrop extends Drop {
  readonly run: number;
  readonly stream: StreamName;
}

/** Of all runs that a job still has, one for each stream and reason. */
export function findRunDrops(
  { paths }: Pick<CommandContext, "paths">,
  { job, runs }: ReplyOf<"get_job">,
): RunDrop[] {
  return runs.flatMap(({ run, finished_at }) => {
    const logs = runLogPaths(paths.logsDir, job.id, run);
    return (["stdout", "stderr"] as const).flatMap((stream) =>
      sumDrops(readDrops(logs[stream], finished_at !== null)).map((drop) => ({
        ...drop,
        run,
        stream,
      }))
    );
  });
}
