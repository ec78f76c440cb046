import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { parseRunId } from "../base/ids.ts";
import { isPortNumber, LARGEST_PORT } from "../base/ports.ts";
import { escapeLabel } from "../base/terminal_text.ts";
import { findPortHolders, type PortHolder } from "../platform/processes/port_holders.ts";
import { stateDirMark } from "../platform/processes/run_marks.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { findJobs } from "./frame/find_jobs.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";
import { callJob } from "./output/job_text.ts";
import { renderTable } from "./output/table.ts";

/** A TCP port that somebody listens on, as `--json` tells it. */
interface Listener {
  readonly port: number;
  readonly protocol: "tcp";
  readonly address: string;
  /** Null where the process is another user's. */
  readonly pid: number | null;
  readonly command: string | null;
  readonly user: string;
  /** Null where it is no job of imp. */
  readonly daemon_id: string | null;
  readonly job_id: string | null;
  readonly run_id: string | null;
  /** What the job is called; null also of another daemon's. */
  readonly job_name: string | null;
  /** What the job calls the port, where it declares it. */
  readonly name: string | null;
}

/** `imp ports`: who listens where. */
export const command: Command = {
  usage: ["ports [JOB…]", "ports --port N"],
  description:
    "Shows the TCP ports that jobs listen on, as they are now, also of what an earlier run has " +
    "left. --port shows who holds one, whether it is a job or not; of a process of another user " +
    "the system tells no more than the user.",
  flags: [{ name: "port", value: "N", summary: "Who holds this port, whoever it is" }],
  operands: "jobs",
  examples: [
    { command: "imp ports", what: "of all jobs" },
    { command: "imp ports --port 3000", what: "who is in the way" },
    { command: "kill $(imp ports -q --port 3000)", what: "and away with it" },
  ],
  output: "A table; with -q the numbers, each once, with --port the pids. With --json " +
    '{"ports":[{"port","protocol","address","pid","command","user","daemon_id","job_id",' +
    '"run_id","job_name","name"}]}; null is what is not known, or no job.',
  exitCodes: { 0: "done", 1: "nobody holds the port", ...JOB_EXIT_CODES },
  async run(ctx, args) {
    const text = args.value("port");
    if (text === undefined) return await showJobs(ctx, args);
    return await showHolders(ctx, readPort(text, args));
  },
};

function readPort(text: string, args: ParsedArgs): number {
  if (args.operands.length > 0) {
    throw new AppError("usage.conflict", "Either name jobs or use --port, not both");
  }
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (isPortNumber(port)) return port;
  throw new AppError("usage.bad_port", `Not a port: ${JSON.stringify(text)}`, {
    hint: `Write --port N, a number from 1 to ${LARGEST_PORT}`,
  });
}

async function showJobs(ctx: CommandContext, { operands }: ParsedArgs): Promise<number> {
  const source = await ctx.source();
  const jobs = await findJobs(source, { jobs: operands, all: operands.length === 0 });
  const stateDir = stateDirMark(ctx.paths);
  const ids = new Set(jobs.map(({ id }) => id));
  const ours = findPortHolders().filter(({ run }) =>
    run?.stateDir === stateDir && ids.has(jobIdOf(run) ?? "")
  );
  const listeners = ours.map((holder) => toListener(holder, { stateDir, jobs }));
  if (ctx.json) await writeJson(ctx, { ports: listeners });
  else if (ctx.quiet) {
    await writeLines(ctx, [...new Set(listeners.map(({ port }) => String(port)))]);
  } else if (listeners.length === 0) await ctx.stdout.write("No job listens on a port\n");
  else await writeTable(ctx, listeners, { showsUser: false });
  return ExitCode.done;
}

async function showHolders(ctx: CommandContext, port: number): Promise<number> {
  const holders = findPortHolders(port);
  const stateDir = stateDirMark(ctx.paths);
  // Whose it is that is no job of ours nobody else can tell.
  const isOurs = holders.length === 0 || holders.some(({ run }) => run?.stateDir === stateDir);
  const jobs = isOurs ? await findJobs(await ctx.source(), { jobs: [], all: true }) : [];
  const listeners = holders.map((holder) => toListener(holder, { stateDir, jobs }));
  if (ctx.json) await writeJson(ctx, { ports: listeners });
  else if (ctx.quiet) {
    const pids = listeners.flatMap(({ pid }) => pid === null ? [] : String(pid));
    await writeLines(ctx, [...new Set(pids)]);
  } else if (listeners.length > 0) await writeTable(ctx, listeners, { showsUser: true });
  if (listeners.length > 0) return ExitCode.done;
  const declares = jobs.find((job) => nameOfPort(job, port) !== null);
  const who = declares === undefined ? "" : `; job ${callJob(declares)} declares it`;
  await writeNote(ctx, `Nobody listens on port ${port}${who}`);
  return ExitCode.failed;
}

function jobIdOf({ runId }: { readonly runId: string }): string | undefined {
  return parseRunId(runId)?.jobId;
}

function nameOfPort(job: JobView | undefined, port: number): string | null {
  return job?.ports_declared?.find((each) => each.port === port)?.name ?? null;
}

function toListener(
  { port, address, pid, command, user, run }: PortHolder,
  { stateDir, jobs }: { stateDir: string; jobs: readonly JobView[] },
): Listener {
  const id = run && jobIdOf(run);
  const job = run?.stateDir === stateDir ? jobs.find((each) => each.id === id) : undefined;
  return {
    port,
    protocol: "tcp",
    address,
    pid,
    command,
    user,
    daemon_id: run === undefined ? null : run.stateDir.slice(run.stateDir.lastIndexOf("/") + 1),
    job_id: id ?? null,
    run_id: run?.runId ?? null,
    job_name: job?.name ?? null,
    name: nameOfPort(job, port),
  };
}

async function writeTable(
  ctx: CommandContext,
  listeners: readonly Listener[],
  { showsUser }: { readonly showsUser: boolean },
): Promise<void> {
  const lines = await renderTable({
    columns: [
      { title: "PORT", align: "right" },
      { title: "NAME", dropped: 2 },
      { title: "PROTOCOL", dropped: 1 },
      { title: "ADDRESS", most: 16, dropped: 4 },
      ...showsUser ? [{ title: "USER", dropped: 3 }] : [],
      { title: "JOB", most: 32, least: 8 },
      { title: "PID", align: "right" },
      { title: "COMMAND" },
    ],
    rows: listeners.map((listener) => [
      { text: String(listener.port), tone: "bold" },
      { text: listener.name ?? "-" },
      { text: listener.protocol },
      { text: listener.address },
      ...showsUser ? [{ text: escapeLabel(listener.user) }] : [],
      { text: escapeLabel(describeJob(ctx, listener)) },
      { text: listener.pid === null ? "-" : String(listener.pid) },
      { text: listener.command === null ? "-" : escapeLabel(listener.command) },
    ]),
    width: ctx.stdout.isTerminal ? ctx.stdout.columns : undefined,
    color: ctx.color,
  });
  await writeLines(ctx, lines);
}

/** `V3x (api)`, `V3x of shop-1a2b3c4d`, or a dash for what is no job. */
function describeJob(ctx: CommandContext, { daemon_id, job_id, job_name }: Listener): string {
  if (daemon_id === null) return "-";
  const job = job_id ?? "exec";
  if (job_name !== null) return `${job} (${job_name})`;
  return daemon_id === ctx.daemonId ? job : `${job} of ${daemon_id}`;
}
