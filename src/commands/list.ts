import type { JobView } from "../protocol/job_view.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { OWNER_FLAGS, selectByOwner } from "./frame/owner_flags.ts";
import { type ListedJob, renderJobs } from "./output/job_table.ts";
import { callJob } from "./output/job_text.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";

/** `imp list`: the jobs, one a line. */
export const command: Command = {
  usage: ["list [--owner OWNER] [--left-over]", "list --watch", "list --all"],
  description:
    "Lists the jobs of this project's daemon, those that are up and those that are down.",
  flags: [
    { name: "watch", short: "w", summary: "Stay and show every change" },
    { name: "all", short: "a", summary: "The jobs of every daemon of yours; starts none" },
    ...OWNER_FLAGS,
  ],
  examples: [
    { command: "imp ls", what: "the jobs here" },
    { command: "imp ls --json | jq -r '.jobs[].id'", what: "for scripts" },
    { command: "imp ls --left-over", what: "what somebody left running" },
    { command: "imp ls --all", what: "the jobs of all projects" },
  ],
  output:
    "A table with id, name, status, pid, how long it is up or when it ended, restarts, cpu, " +
    "memory and command. With --json " +
    '{"jobs":[…]}; with --all each job has "daemon_id"; with --watch a line of ' +
    '{"type":"jobs","jobs":[…]} for each change.',
  exitCodes: { 0: "done", ...DAEMON_EXIT_CODES, 130: "--watch was ended with Ctrl+C" },
  async run(ctx, args) {
    expectNoOperands(args, "list");
    const isChosen = OWNER_FLAGS.some(({ name }) => args.has(name));
    if (args.has("all")) {
      const { listAllJobs } = await import("./following/list_all.ts");
      const all = await selectByOwner(ctx, args, await listAllJobs(ctx));
      await writeJobs(ctx, all, { all: true, isChosen });
      return 0;
    }
    if (args.has("watch")) {
      const { watchList } = await import("./following/watch_list.ts");
      return await watchList(ctx, (jobs) => selectByOwner(ctx, args, jobs));
    }
    const { jobs, notices = [] } = await (await ctx.source()).request("list", {});
    await writeJobs(ctx, await selectByOwner(ctx, args, jobs), { all: false, isChosen });
    for (const notice of notices) await writeNote(ctx, notice);
    return 0;
  },
};

async function writeJobs(
  ctx: CommandContext,
  jobs: readonly (JobView & ListedJob)[],
  { all, isChosen }: { all: boolean; isChosen: boolean },
): Promise<void> {
  if (ctx.json) return await writeJson(ctx, { jobs });
  if (ctx.quiet) return await writeLines(ctx, jobs.map((job) => job.id));
  if (jobs.length === 0) {
    return await ctx.stdout.write(
      all || isChosen
        ? "No jobs\n"
        : "No jobs. Type: imp run -- COMMAND, or imp add --name NAME -- COMMAND\n",
    );
  }
  const width = ctx.stdout.isTerminal ? ctx.stdout.columns : undefined;
  await writeLines(
    ctx,
    await renderJobs(jobs, { nowMs: ctx.clock.now(), width, color: ctx.color, showDaemon: all }),
  );
  for (const job of jobs.filter(({ problem }) => problem === "bad_record")) {
    await writeNote(ctx, `Job ${callJob(job)} cannot be started: ${job.reason}`);
  }
}
