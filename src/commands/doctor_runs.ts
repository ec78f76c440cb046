import { listNames } from "../platform/log_directory.ts";
import { removeTree } from "../platform/remove_tree.ts";
import { isUp } from "../protocol/job_status.ts";
import type { CommandContext } from "./command.ts";
import { type Finding, ok } from "./doctor_check.ts";
import { countOf } from "./output/count_of.ts";

/** Directories of runs that are no more, and runs whose end nobody will write down; only the daemon knows which. */
export async function checkRuns(ctx: CommandContext): Promise<Finding[]> {
  // Looked at first: what begins after this is not among them.
  const names = listNames(ctx.paths.runsDir);
  const client = await ctx.tryClient().catch(() => undefined);
  if (!client) return [ok(`${countOf(names.length, "run")} to be looked at by the next daemon`)];
  const { jobs } = await client.request("list", {});
  const up = jobs.filter((job) => isUp(job.status));
  const live = new Set(up.map((job) => `${job.id}-${job.run}`));
  const findings = [
    ...findOrphans(ctx, names.filter((name) => !live.has(name))),
    ...findUnsupervised(up.filter((job) => job.reason?.startsWith("unsupervised"))),
  ];
  return findings.length > 0 ? findings : [ok(`${countOf(live.size, "run")} under way`)];
}

function findOrphans({ paths }: CommandContext, names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  return [{
    level: "warning",
    text: `Directories of runs that are no more in ${paths.runsDir}: ${names.join(", ")}`,
    hint: "imp doctor --fix removes them",
    fix: () => {
      for (const name of names) removeTree(`${paths.runsDir}/${name}`);
      return `removed ${countOf(names.length, "directory", "directories")}`;
    },
  }];
}

function findUnsupervised(jobs: readonly { id: string; name: string | null }[]): Finding[] {
  return jobs.map((job) => ({
    level: "warning",
    text: `Nobody will know how job ${job.name ?? job.id} ends: its shim was killed`,
    hint: `It goes on; imp restart ${job.name ?? job.id} puts it in order`,
  }));
}
