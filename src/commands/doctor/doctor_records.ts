import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { type Finding, ok } from "./doctor_check.ts";
import { callJob } from "../output/job_text.ts";
import { countOf } from "../output/count_of.ts";

/** Jobs whose record makes no sense, or was lost: they are shown and cannot be started. */
export async function checkRecords(ctx: CommandContext): Promise<Finding[]> {
  const client = await ctx.tryClient().catch(() => undefined);
  if (!client) return [ok("looked at by the next daemon")];
  const { jobs } = await client.request("list", {});
  const bad = jobs.filter(({ problem }) => problem === "bad_record");
  if (bad.length === 0) return [ok(`${countOf(jobs.length, "job")}, each as it was asked for`)];
  return bad.map((job) => toFinding(ctx, job));
}

/** What runs is not removed. */
function toFinding(ctx: CommandContext, job: JobView): Finding {
  const text = `Job ${callJob(job)} cannot be started: ${job.reason}`;
  const again = "Add it again with its command and options";
  if (isUp(job.status)) {
    return {
      level: "warning",
      text,
      hint: `It runs on; imp stop ${callJob(job)} stops it. ${again}`,
    };
  }
  return {
    level: "problem",
    text,
    hint: `${again}; imp doctor --fix removes it`,
    fix: async () => {
      const client = await ctx.tryClient();
      await client?.request("remove", { jobs: [job.id] });
      return `removed job ${callJob(job)}`;
    },
  };
}
