import { connectDaemon } from "../client/connect.ts";
import { type ImpPaths, listDaemonIds, resolvePaths } from "../platform/paths.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { type Candidate, completeWords } from "./frame/complete_words.ts";
import { loadProjectFile } from "./frame/project_file.ts";
import { formatJobCommand } from "./output/format_command.ts";
import { writeLines } from "./frame/write.ts";
import { readStatusFile } from "./frame/status_source.ts";

/** Nobody looks through more. */
const MOST_RUNS = 50;

/** `imp __complete`: what the shell scripts of `imp completion` ask. */
export const command: Command = {
  usage: ["__complete -- WORD…"],
  description: "Completes the last of the words, which stand behind imp.",
  flags: [],
  examples: [{ command: "imp __complete -- st", what: "what begins with st" }],
  output: "Candidates, one a line, each with a tab and its summary; then :nothing, :files, " +
    ":directories, or :commands with the number of the word where they begin.",
  exitCodes: { 0: "done" },
  async run(ctx, args) {
    const words = args.operands;
    const found = await completeWords(words, {
      commands: ctx.commands,
      jobs: async () => (await findJobs(ctx, words)).map(toCandidate),
      groups: async () => toGroups(await findJobs(ctx, words)),
      declared: () => findDeclared(ctx),
      daemons: () => Promise.resolve(findDaemonIds(ctx)),
      runs: async () => findRuns(await findJobs(ctx, words), words),
    });
    await writeLines(ctx, [
      ...found.candidates.map(({ value, summary }) => summary ? `${value}\t${summary}` : value),
      `:${found.then}${found.offset === undefined ? "" : ` ${found.offset}`}`,
    ]);
    return 0;
  },
};

/** The jobs of the daemon, or of its last known state when none is running. */
async function findJobs(ctx: CommandContext, words: readonly string[]): Promise<JobView[]> {
  try {
    const id = chosenDaemon(words);
    const paths = id === undefined ? ctx.paths : resolvePaths(id, ctx.env);
    return [
      ...await listJobs(ctx, paths) ?? readStatusFile({ paths, clock: ctx.clock })?.jobs ?? [],
    ];
  } catch {
    return [];
  }
}

/** By its name where it has one, else its id. */
function toCandidate(job: JobView): Candidate {
  return {
    value: job.name ?? job.id,
    summary: `${job.status}: ${formatJobCommand(job)}`,
  };
}

/** What is in a group. */
interface Member {
  readonly id?: string;
  readonly name: string | null;
  readonly groups?: readonly string[] | undefined;
}

/** The groups of the jobs, each once. */
function toGroups(jobs: readonly Member[]): Candidate[] {
  const groups = new Set(jobs.flatMap(({ groups = [] }) => groups));
  return [...groups].map((group) => {
    const members = jobs.filter((job) => job.groups?.includes(group));
    return { value: `@${group}`, summary: members.map(({ name, id }) => name ?? id).join(" ") };
  });
}

/** Of a file that is wrong nothing. */
async function findDeclared(ctx: CommandContext): Promise<Candidate[]> {
  try {
    const loaded = await loadProjectFile(ctx, { operands: [] }, "up");
    if (!("plan" in loaded)) return [];
    const { jobs } = loaded.plan;
    return [
      ...jobs.map(({ name, description }) => ({ value: name, summary: description })),
      ...toGroups(jobs),
    ];
  } catch {
    return [];
  }
}

function findDaemonIds(ctx: CommandContext): Candidate[] {
  return listDaemonIds(ctx.env).map((value) => ({ value }));
}

/** The numbers of the runs, the last first, of the jobs among the words, else of all. */
function findRuns(jobs: readonly JobView[], words: readonly string[]): Candidate[] {
  const named = jobs.filter(({ id, name }) => words.includes(id) || words.includes(name ?? id));
  const last = Math.max(0, ...(named.length > 0 ? named : jobs).map(({ run }) => run));
  const shown = Math.min(last, MOST_RUNS);
  return Array.from({ length: shown }, (_, index) => ({ value: String(last - index) }));
}

async function listJobs(
  { build, clock }: CommandContext,
  paths: ImpPaths,
): Promise<readonly JobView[] | undefined> {
  try {
    await using client = await connectDaemon({ paths, build, clock });
    return (await client.request("list", {})).jobs;
  } catch {
    return undefined;
  }
}

function chosenDaemon(words: readonly string[]): string | undefined {
  const at = words.indexOf("--daemon-id");
  if (at >= 0) return words[at + 1];
  return words.find((word) => word.startsWith("--daemon-id="))?.slice("--daemon-id=".length);
}
