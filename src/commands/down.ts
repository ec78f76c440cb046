import { AppError } from "../base/app_error.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { ReplyOf } from "../protocol/request.ts";
import type { Command, CommandContext, JobReader } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { findJobs } from "./frame/find_jobs.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import { nameJob } from "./output/job_text.ts";
import { withProgress } from "./output/progress.ts";
import { writeSurvivors } from "./output/survivor_text.ts";

/** `imp down`: the jobs of the project go down, each after those that need it. */
export const command: Command = {
  usage: ["down [JOB|@GROUP…] [--rm]"],
  description: "Stops the jobs that imp up has started, each after those that need it, and those " +
    "that wait for others at once. Ctrl+C, and the death of this call or of the daemon, change " +
    "nothing: whoever is the daemon goes on with it. Their records and logs stay, unless --rm removes them. Jobs of " +
    "imp run and imp add are left alone. Reads no file: a wrong one is not in its way.",
  flags: [{ name: "rm", summary: "Remove them, too, with their logs" }],
  operands: "jobs and groups",
  examples: [
    { command: "imp down", what: "all of the project" },
    { command: "imp down @web", what: "the jobs of a group" },
    { command: "imp down --rm", what: "and nothing is left" },
  ],
  output: "One line a job, in the order in which they were down: Stopped job V3x (api). With " +
    '--json {"jobs":[…],"survivors":[…],"removed":["V3x",…]}.',
  exitCodes: { 0: "they are down", 1: "a process is still there", ...JOB_EXIT_CODES },
  async run(ctx, args) {
    const isRemoving = args.has("rm");
    const source = await ctx.source();
    const jobs = await findProjectJobs(source, args.operands);
    const wasUp = new Set(jobs.filter(isOnItsWay).map(({ id }) => id));
    const stopped = await stop(ctx, source, jobs);
    const removal = isRemoving && jobs.length > 0
      ? await (await ctx.startDaemon()).request("remove", { jobs: idsOf(jobs), force: true })
      : undefined;
    const survivors = [...stopped.survivors, ...removal?.survivors ?? []];
    if (ctx.json) {
      await writeJson(ctx, { ...stopped, survivors, removed: removal?.removed ?? [] });
    } else {
      await tell(ctx, stopped.jobs, { wasUp, removed: new Set(removal?.removed) });
      await writeSurvivors(ctx, survivors);
    }
    return survivors.length > 0 ? 1 : 0;
  },
};

/** Those that are named, else all. @throws AppError `job.not_found`, `project.not_of_it` */
async function findProjectJobs(source: JobReader, names: readonly string[]): Promise<JobView[]> {
  const found = await findJobs(
    source,
    names.length === 0 ? { jobs: [], all: true } : { jobs: names },
  );
  if (names.length === 0) return found.filter((job) => job.source !== undefined);
  const other = found.find((job) => job.source === undefined);
  if (other === undefined) return found;
  throw new AppError("project.not_of_it", `Job ${nameJob(other)} is not of the project's file`, {
    hint: `Stop it with: imp stop ${other.name ?? other.id}`,
  });
}

/** A daemon that goes before all are down leaves the rest to the next one. */
async function stop(
  ctx: CommandContext,
  source: Awaited<ReturnType<CommandContext["source"]>>,
  jobs: JobView[],
): Promise<ReplyOf<"stop">> {
  if (source.client === undefined || jobs.length === 0) return { jobs, survivors: [] };
  const { askAgain } = await import("./project/ask_again.ts");
  const asking = askAgain(ctx, "stop", { jobs: idsOf(jobs), in_order: true });
  return (await withProgress(ctx, "Stopping…", asking)).reply;
}

function isOnItsWay(job: JobView): boolean {
  const comesUp = job.watch?.is_awaited === true || (job.next_run_at ?? null) !== null;
  return isUp(job.status) || job.desired === "up" || comesUp;
}

/** What was needed by others has ended after them. */
function endOf({ finished_at }: JobView): number {
  return finished_at === null ? 0 : Date.parse(finished_at);
}

function idsOf(jobs: readonly JobView[]): string[] {
  return jobs.map(({ id }) => id);
}

async function tell(
  ctx: CommandContext,
  jobs: readonly JobView[],
  { wasUp, removed }: { wasUp: ReadonlySet<string>; removed: ReadonlySet<string> },
): Promise<void> {
  if (ctx.quiet) return;
  const told = jobs.filter((job) => (wasUp.has(job.id) && !isUp(job.status)) || removed.has(job.id))
    .toSorted((one, other) => endOf(one) - endOf(other));
  await writeLines(
    ctx,
    told.map((job) => `${removed.has(job.id) ? "Removed" : "Stopped"} job ${nameJob(job)}`),
  );
  if (told.length === 0) await ctx.stdout.write("Nothing of the project is up\n");
}
