import { readIdentity, signalProcess } from "../platform/process_identity.ts";
import { findMarked, type MarkedProcess } from "../platform/process_tree.ts";
import { stateDirMark } from "../platform/run_marks.ts";
import { isUp } from "../protocol/job_status.ts";
import type { CommandContext } from "./command.ts";
import { type Finding, ok } from "./doctor_check.ts";
import { countOf } from "./output/count_of.ts";

/** Processes that carry the marks of jobs which are down, or are no more. */
export async function checkProcesses(ctx: CommandContext): Promise<Finding[]> {
  const marked = findMarked(stateDirMark(ctx.paths)).filter(({ jobId }) => jobId !== "");
  const client = await ctx.tryClient().catch(() => undefined);
  if (!client) {
    return [ok(
      marked.length === 0
        ? "no process of a job"
        : `${
          countOf(marked.length, "process", "processes")
        } of jobs go on; the next daemon takes them up`,
    )];
  }
  const { jobs } = await client.request("list", {});
  const up = new Set(jobs.filter((job) => isUp(job.status)).map((job) => job.id));
  const orphans = marked.filter(({ jobId }) => !up.has(jobId));
  if (orphans.length === 0) {
    return [ok(`${countOf(marked.length, "process", "processes")} of jobs that are up`)];
  }
  return [{
    level: "problem",
    text: `Processes of jobs that are down: ${orphans.map(({ pid }) => pid).join(", ")}`,
    hint: "imp doctor --fix kills them",
    fix: () => `killed ${countOf(kill(orphans), "process", "processes")}`,
  }];
}

function kill(orphans: readonly MarkedProcess[]): number {
  return orphans.filter(({ pid }) => {
    const identity = readIdentity(pid);
    return identity !== undefined && signalProcess(identity, "SIGKILL") === "sent";
  }).length;
}
