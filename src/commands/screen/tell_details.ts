import type { DaemonClient } from "../../client/client.ts";
import type { CommandContext } from "../frame/command.ts";
import { findRunDrops } from "../frame/run_drops.ts";
import { renderJobDetails } from "../output/job_details.ts";
import { findAnswers } from "../why/find_answers.ts";
import { renderWhy } from "../why/render_why.ts";

/** Why it ended is told in so much. */
const WHY_BUDGET = { maxBytes: 2_048, maxLines: 12 };

/** What `imp why` and `imp show` say of a job, as lines. */
export async function tellDetails(
  ctx: CommandContext,
  client: DaemonClient,
  { jobId, width }: { readonly jobId: string; readonly width: number },
): Promise<string[]> {
  const [answer] = await findAnswers(ctx, client, [jobId]);
  const why = answer ? renderWhy(answer.facts, answer.judgment, WHY_BUDGET).trimEnd() : "";
  const details = await client.request("get_job", { job: jobId });
  const drops = findRunDrops(ctx, details);
  const options = { nowMs: ctx.clock.now(), width, color: false, drops };
  return [...why.split("\n"), "", ...await renderJobDetails(details, options)];
}
