import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { findDaemonPaths } from "../frame/known_daemons.ts";
import { readStatus } from "../frame/status_source.ts";

/** The jobs of every daemon of this user; of one that is not running, its last known state. */
export async function listAllJobs(
  ctx: CommandContext,
): Promise<(JobView & { readonly daemon_id: string })[]> {
  const lists = await Promise.all(
    (await findDaemonPaths(ctx)).map(async (paths) => {
      const snapshot = await readStatus({ paths, clock: ctx.clock }).catch(() => undefined);
      return (snapshot?.jobs ?? []).map((job) => ({ ...job, daemon_id: paths.id }));
    }),
  );
  return lists.flat();
}
