import { formatDuration } from "../base/duration.ts";
import type { StatusSnapshot } from "../protocol/snapshot.ts";
import { isDaemonAlive } from "../platform/daemon_alive.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { livingContext } from "./frame/living_context.ts";
import { measureFor } from "../text/text_measure.ts";
import { toDaemonJson } from "./output/daemon_json.ts";
import { renderJobs } from "./output/job_table.ts";
import { callJob } from "./output/job_text.ts";
import { paint } from "./output/style.ts";
import { tellWrongFiles } from "./frame/tell_wrong_files.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import { readStatusFile } from "./frame/status_source.ts";

/** What to type next: for somebody, or some program, that sees imp for the first time. */
interface NextStep {
  readonly command: string;
  readonly what: string;
}

/** `imp overview`, and a bare `imp`: one screen that is enough to work with. */
export const command: Command = {
  usage: ["overview", ""],
  description:
    "Says on one screen whether a daemon is there, which jobs it has, and what to type " +
    "next. Never starts a daemon.",
  flags: [],
  examples: [{ command: "imp", what: "the same" }],
  output: "A short text. With --json daemon_id, project_dir, daemon (or null), jobs and next.",
  exitCodes: { 0: "done", 2: "wrong usage" },
  async run(given, args) {
    expectNoOperands(args, "overview");
    await tellWrongFiles(given);
    const ctx = await livingContext(given);
    const snapshot = await findSnapshot(ctx);
    const isRunning = isDaemonAlive(ctx.paths);
    const next = nextSteps(snapshot);
    if (ctx.json) {
      await writeJson(ctx, {
        daemon_id: ctx.daemonId,
        project_dir: ctx.project.dir,
        daemon: isRunning && snapshot ? toDaemonJson(snapshot.daemon) : null,
        jobs: snapshot?.jobs ?? [],
        next,
      });
    } else await writeLines(ctx, await renderOverview(ctx, { snapshot, isRunning, next }));
    return 0;
  },
};

/** What the daemon says; of one that is not there, or does not answer, what it said last. */
async function findSnapshot(ctx: CommandContext): Promise<StatusSnapshot | undefined> {
  const client = await ctx.tryClient().catch(() => undefined);
  const snapshot = await client?.request("status", {}).catch(() => undefined);
  return snapshot ?? readStatusFile(ctx);
}

async function renderOverview(
  ctx: CommandContext,
  { snapshot, isRunning, next }: {
    snapshot: StatusSnapshot | undefined;
    isRunning: boolean;
    next: readonly NextStep[];
  },
): Promise<string[]> {
  const { color } = ctx;
  const width = ctx.stdout.isTerminal ? ctx.stdout.columns : undefined;
  const daemon = isRunning
    ? `${paint("running", "good", color)}${
      snapshot && !snapshot.stale
        ? ` (pid ${snapshot.daemon.pid}, up ${formatDuration(snapshot.daemon.uptime_s * 1_000)})`
        : ""
    }`
    : "not running; the first command that needs it starts it";
  const jobs = snapshot?.jobs ?? [];
  const measure = await measureFor(next.map(({ command }) => command));
  const longest = Math.max(...next.map(({ command }) => measure.width(command)));
  return [
    `${paint("imp", "bold", color)} ${ctx.build.version}: background processes of this project`,
    "",
    `Project  ${ctx.project.dir}`,
    `Daemon   ${ctx.daemonId}: ${daemon}`,
    ...(jobs.length === 0
      ? ["Jobs     none"]
      : ["", ...await renderJobs(jobs, { nowMs: ctx.clock.now(), width, color })]),
    "",
    "Next:",
    ...next.map(({ command, what }) =>
      `  ${command}${" ".repeat(longest - measure.width(command))}  ${what}`
    ),
  ];
}

function nextSteps(snapshot: StatusSnapshot | undefined): NextStep[] {
  const job = snapshot?.jobs.at(-1);
  const name = job ? callJob(job) : "JOB";
  return [
    {
      command: "imp run -- COMMAND",
      what: "run it as a job and follow it; Ctrl+C leaves it running",
    },
    { command: "imp add --name NAME -- COMMAND", what: "run it in the background" },
    { command: "imp list", what: "the jobs (--json for programs)" },
    { command: `imp logs -f ${name}`, what: "what it prints" },
    { command: `imp wait ${name}`, what: "until it ends, with its exit code" },
    { command: `imp restart ${name}`, what: "or start, stop, rm" },
    { command: "imp help [COMMAND]", what: "all commands (--json for programs)" },
  ];
}
