import { formatDuration } from "../base/duration.ts";
import { isInTrouble } from "../protocol/is_in_trouble.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
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
import type { Answer } from "./why/find_answers.ts";

/** The whole is at most 4 KB, which an agent reads at once. */
const MAX_FAILED_BYTES = 1_024;
const MAX_JOBS = 12;
/** Where nobody says how wide a line may be. */
const TEXT_COLUMNS = 140;

/** What to type next: for somebody, or some program, that sees imp for the first time. */
interface NextStep {
  readonly command: string;
  readonly what: string;
}

/** `imp overview`, and a bare `imp`: one screen that is enough to work with. */
export const command: Command = {
  usage: ["overview", ""],
  description:
    "Says on one screen what has failed and why, which jobs there are, and what to type " +
    "next. Never starts a daemon.",
  flags: [],
  examples: [{ command: "imp", what: "the same" }],
  output: "A short text. With --json daemon_id, project_dir, daemon (or null), failed (each with " +
    "job_id, job_name, reason and message), jobs and next.",
  exitCodes: { 0: "done", 2: "wrong usage" },
  async run(given, args) {
    expectNoOperands(args, "overview");
    await tellWrongFiles(given);
    const ctx = await livingContext(given);
    const snapshot = await findSnapshot(ctx);
    const isRunning = isDaemonAlive(ctx.paths);
    const failed = await findFailed(ctx);
    const next = nextSteps(ctx, snapshot?.jobs ?? []);
    if (ctx.json) {
      await writeJson(ctx, {
        daemon_id: ctx.daemonId,
        project_dir: ctx.project.dir,
        daemon: isRunning && snapshot ? toDaemonJson(snapshot.daemon) : null,
        failed: failed.map(({ facts: { job }, judgment: { reason, message } }) => ({
          ...{ job_id: job.id, job_name: job.name },
          ...{ reason, message },
        })),
        jobs: snapshot?.jobs ?? [],
        next,
      });
    } else await writeLines(ctx, await renderOverview(ctx, { failed, snapshot, isRunning, next }));
    return 0;
  },
};

/** All that something is wrong with, and why; nothing where a daemon would have to be started to know. */
async function findFailed(ctx: CommandContext): Promise<Answer[]> {
  const source = await ctx.tryClient().catch(() => undefined) ?? await readStored(ctx);
  if (typeof source === "string") return [];
  const { findAnswers } = await import("./why/find_answers.ts");
  return await findAnswers(ctx, source).catch(() => []);
}

/** Not needed, and dear to load, where a daemon is there. */
async function readStored({ paths }: CommandContext) {
  const { readStoredSource } = await import("./frame/stored_source.ts");
  return readStoredSource(paths, "looks");
}

/** What the daemon says; of one that is not there, or does not answer, what it said last. */
async function findSnapshot(ctx: CommandContext): Promise<StatusSnapshot | undefined> {
  const client = await ctx.tryClient().catch(() => undefined);
  const snapshot = await client?.request("status", {}).catch(() => undefined);
  return snapshot ?? readStatusFile(ctx);
}

async function renderOverview(
  ctx: CommandContext,
  { failed, snapshot, isRunning, next }: {
    failed: readonly Answer[];
    snapshot: StatusSnapshot | undefined;
    isRunning: boolean;
    next: readonly NextStep[];
  },
): Promise<string[]> {
  const { color } = ctx;
  const width = ctx.stdout.isTerminal ? ctx.stdout.columns : undefined;
  const jobs = snapshot?.jobs ?? [];
  const measure = await measureFor(next.map(({ command }) => command));
  const longest = Math.max(...next.map(({ command }) => measure.width(command)));
  return [
    `${paint("imp", "bold", color)} ${ctx.build.version}: background processes of this project`,
    ...await renderFailed(failed, color),
    "",
    `Project  ${ctx.project.dir}`,
    `Daemon   ${ctx.daemonId}: ${describeDaemon(ctx, snapshot, isRunning)}`,
    ...await renderSome(jobs, { nowMs: ctx.clock.now(), width, color }),
    "",
    "Next:",
    ...next.map(({ command, what }) =>
      `  ${command}${" ".repeat(longest - measure.width(command))}  ${what}`
    ),
  ];
}

async function renderFailed(failed: readonly Answer[], color: boolean): Promise<string[]> {
  if (failed.length === 0) return [];
  const { renderShort } = await import("./why/render_short.ts");
  const lines = renderShort(failed, MAX_FAILED_BYTES);
  return ["", paint("Failed", "bad", color), ...lines.map((line) => `  ${line}`)];
}

function describeDaemon(
  { color }: CommandContext,
  snapshot: StatusSnapshot | undefined,
  isRunning: boolean,
): string {
  if (!isRunning) return "not running; the first command that needs it starts it";
  const running = paint("running", "good", color);
  if (snapshot === undefined || snapshot.stale) return running;
  const { pid, uptime_s } = snapshot.daemon;
  return `${running} (pid ${pid}, up ${formatDuration(uptime_s * 1_000)})`;
}

/** The jobs that are up, then the others; what is too much for a screen is counted. */
async function renderSome(
  jobs: readonly JobView[],
  how: { nowMs: number; width: number | undefined; color: boolean },
): Promise<string[]> {
  if (jobs.length === 0) return ["Jobs     none"];
  const sorted = jobs.toSorted((a, b) => Number(isUp(b.status)) - Number(isUp(a.status)));
  const rest = jobs.length - MAX_JOBS;
  return [
    "",
    ...await renderJobs(sorted.slice(0, MAX_JOBS), { ...how, width: how.width ?? TEXT_COLUMNS }),
    ...rest > 0 ? [`and ${rest} more: imp list`] : [],
  ];
}

/** At most three, which fit what is there. */
function nextSteps(ctx: CommandContext, jobs: readonly JobView[]): NextStep[] {
  const help = { command: "imp help", what: "all commands; imp help agents for programs" };
  if (jobs.length === 0) {
    const first = ctx.project.file === undefined
      ? { command: "imp add --name NAME -- COMMAND", what: "run it in the background" }
      : { command: "imp up", what: "start what the project file declares" };
    const run = {
      command: "imp run -- COMMAND",
      what: "run it as a job and follow it; Ctrl+C leaves it running",
    };
    return [first, run, help];
  }
  const wrong = jobs.find(isInTrouble);
  if (wrong !== undefined) {
    const name = callJob(wrong);
    return [
      { command: `imp why ${name}`, what: "all that is known of it" },
      { command: `imp restart ${name} --wait`, what: "try it again" },
      help,
    ];
  }
  const name = callJob(jobs.find(({ status }) => isUp(status)) ?? jobs.at(-1)!);
  return [
    { command: `imp logs -f ${name}`, what: "what it prints" },
    { command: `imp stop ${name}`, what: "or start, restart, rm" },
    help,
  ];
}
