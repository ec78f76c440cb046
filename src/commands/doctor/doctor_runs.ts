import { parseRunId } from "../../base/ids.ts";
import { listNames } from "../../platform/log_directory.ts";
import { fileExists } from "../../platform/remove_file.ts";
import { removeTree } from "../../platform/remove_tree.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { restartDaemon } from "../frame/restart_daemon.ts";
import { type Finding, ok } from "./doctor_check.ts";
import { callJob } from "../output/job_text.ts";
import { countOf } from "../output/count_of.ts";

/** Directories of runs that the daemon does not know, and runs whose end nobody will write down. */
export async function checkRuns(ctx: CommandContext): Promise<Finding[]> {
  // Looked at first: what begins after this is not among them.
  const names = listNames(ctx.paths.runsDir);
  const client = await ctx.tryClient().catch(() => undefined);
  if (!client) return [ok(`${countOf(names.length, "run")} to be looked at by the next daemon`)];
  const { jobs } = await client.request("list", {});
  const up = jobs.filter((job) => isUp(job.status));
  const live = new Set(up.map((job) => `${job.id}-${job.run}`));
  // What ended meanwhile has gone meanwhile.
  const others = names.filter((name) => !live.has(name))
    .filter((name) => fileExists(`${ctx.paths.runsDir}/${name}`));
  const findings = [
    ...findUnknown(ctx, others.filter((name) => parseRunId(name) !== undefined)),
    ...findStrange(ctx, others.filter((name) => parseRunId(name) === undefined)),
    ...up.filter(({ problem }) => problem === "unsupervised").map(toUnsupervised),
  ];
  return findings.length > 0 ? findings : [ok(`${countOf(live.size, "run")} under way`)];
}

function findUnknown(ctx: CommandContext, names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  return [{
    level: "warning",
    text: `Runs that the daemon does not know in ${ctx.paths.runsDir}: ${names.join(", ")}`,
    hint: "imp doctor --fix has a new daemon take them up; no job is harmed",
    fix: async () => {
      await restartDaemon(ctx);
      return `a new daemon took up ${countOf(names.length, "run")}`;
    },
  }];
}

function findStrange({ paths }: CommandContext, names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  return [{
    level: "warning",
    text: `What is no run in ${paths.runsDir}: ${names.join(", ")}`,
    hint: "imp doctor --fix removes it",
    fix: () => {
      for (const name of names) removeTree(`${paths.runsDir}/${name}`);
      return `removed ${names.join(", ")}`;
    },
  }];
}

function toUnsupervised(job: JobView): Finding {
  return {
    level: "warning",
    text: `Nobody will know how job ${callJob(job)} ends: its shim was killed`,
    hint: `It goes on; imp restart ${callJob(job)} puts it in order`,
  };
}
