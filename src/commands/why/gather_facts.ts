import { runLogPaths } from "../../logs/log_paths.ts";
import { isDaemonAlive } from "../../platform/daemon_alive.ts";
import { parseRunId } from "../../base/ids.ts";
import { pathState } from "../../platform/path_state.ts";
import { findPortHolders, type PortHolder } from "../../platform/processes/port_holders.ts";
import type { JobView, RunView } from "../../protocol/job_view.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import type { CommandContext, JobReader } from "../frame/command.ts";
import { findRunDrops, type RunDrop } from "../frame/run_drops.ts";
import { findClue } from "./clue.ts";
import { judge } from "./judge.ts";
import { withoutCode } from "./render_why.ts";
import { lastLinesOf } from "./last_lines_of.ts";
import type { HeldPort, ToldRun, WhyFacts } from "./why_facts.ts";

/** What is asked for facts. */
export interface FactsWorld {
  readonly ctx: Pick<CommandContext, "paths" | "clock" | "daemonId">;
  readonly source: JobReader;
  /** All jobs of the daemon. */
  readonly jobs: readonly JobView[];
}

const LINES = 200;
/** A chain of jobs that need each other is followed so far. */
const LONGEST_CHAIN = 8;

/** Everything that is known of a job, from daemon, store, files and the processes of this machine. */
export async function gatherFacts(
  world: FactsWorld,
  reference: string,
  chain: readonly string[] = [],
): Promise<WhyFacts> {
  const { ctx, source, jobs } = world;
  const details = await source.request("get_job", { job: reference });
  const { job, runs, left_processes: left = [], changes } = details;
  const drops = findRunDrops(ctx, details);
  const tell = (run: RunView | undefined) => run && tellRun(ctx, job, run, drops);
  const current = tell(runs.find(({ finished_at }) => finished_at === null));
  const last = tell(runs.find(({ finished_at }) => finished_at !== null));
  return {
    nowMs: ctx.clock.now(),
    daemonId: ctx.daemonId,
    job,
    current,
    last,
    left,
    changes,
    isDaemonThere: isDaemonAlive(ctx.paths),
    workdir: pathState(job.workdir),
    executable: fileOf(job),
    holders: mattersWhoListens(details, [current, last]) ? findPortHolders().map(toHeld) : [],
    jobs,
    needed: await judgeNeeded(world, job, chain),
  };
}

/** Of a command that is a path; what is sought in a PATH, which is the job's own, cannot be said. */
function fileOf({ command: [word = ""], workdir }: JobView): WhyFacts["executable"] {
  if (!word.includes("/")) return "there";
  return pathState(word.startsWith("/") ? word : `${workdir}/${word}`, "file");
}

function tellRun(
  { paths }: FactsWorld["ctx"],
  job: JobView,
  run: RunView,
  drops: readonly RunDrop[],
): ToldRun {
  const logs = runLogPaths(paths.logsDir, job.id, run.run);
  return {
    run,
    stderr: lastLinesOf(logs.stderr, LINES),
    stdout: lastLinesOf(logs.stdout, LINES),
    drops: drops.filter((drop) => drop.run === run.run),
  };
}

/** A look at all processes of the machine is dear. */
function mattersWhoListens(
  { runs }: ReplyOf<"get_job">,
  told: readonly (ToldRun | undefined)[],
): boolean {
  if (runs[0]?.cause === "job.port_taken") return true;
  return told.some((each) => {
    const clue = each && (findClue(each.stderr) ?? findClue(each.stdout));
    return clue?.port !== undefined || clue?.reason === "port.taken";
  });
}

function toHeld({ port, pid, command, user, run }: PortHolder): HeldPort {
  return {
    port,
    pid,
    command,
    user,
    jobId: run === undefined ? null : parseRunId(run.runId)?.jobId ?? null,
    daemonId: run === undefined ? null : run.stateDir.slice(run.stateDir.lastIndexOf("/") + 1),
  };
}

async function judgeNeeded(
  world: FactsWorld,
  job: JobView,
  chain: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const needed = new Map<string, string>();
  if (chain.length >= LONGEST_CHAIN) return needed;
  for (const { job: name, problem } of job.waiting_for ?? []) {
    const found = world.jobs.find((each) => each.name === name);
    if (found === undefined || chain.includes(found.id)) continue;
    if (problem === null && found.waiting_for === undefined) continue;
    const { message, reason } = judge(await gatherFacts(world, found.id, [...chain, job.id]));
    // What only waits for something that comes is no reason.
    if (problem === null && reason === "dependency.waiting") continue;
    needed.set(name, withoutCode(message));
  }
  return needed;
}
