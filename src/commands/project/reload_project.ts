import type { DaemonClient } from "../../client/client.ts";
import type { AppliedJob } from "../../protocol/reply.ts";
import type { CommandContext } from "../frame/command.ts";
import { findProcfile } from "../frame/procfile_project.ts";
import { readProjectToRun } from "./read_project.ts";
import { toApply } from "./to_apply.ts";
import { explainTooLarge } from "./too_large.ts";

/**
 * Makes the jobs of the project that are up what its file says now; starts nothing that is down. Undefined where no job
 * is of a project.
 * @throws AppError `project.wrong`, `project.too_large`
 */
export async function reloadProject(
  ctx: CommandContext,
  client: DaemonClient,
): Promise<AppliedJob[] | undefined> {
  const { jobs } = await client.request("list", {});
  if (jobs.every(({ source }) => source === undefined)) return undefined;
  const file = ctx.project.file ?? ctx.project.agreedFile;
  if (file === undefined && await findProcfile(ctx) === undefined) return undefined;
  const plan = await readProjectToRun(ctx, "reload");
  const payload = await toApply(ctx, plan, { only_up: true });
  try {
    return (await client.request("apply", payload)).jobs;
  } catch (error) {
    throw explainTooLarge(error);
  }
}
