import { AppError } from "../../base/app_error.ts";
import { isJobName, toRunId } from "../../base/ids.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { AddReply } from "../../protocol/reply.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { expectStarted } from "../output/expect_started.ts";
import { callJob } from "../output/job_text.ts";
import { JOB_FLAGS } from "../frame/job_spec.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";

/** What of a job's flags says how it is followed, and not what it is. */
const OF_THE_CALL = ["stdin"];

/** The one word that was typed, without two dashes before it, where it may be what a job is called. */
export function readBareWord({ operands, behindDashes }: ParsedArgs): string | undefined {
  const [word, ...more] = operands;
  if (word === undefined || more.length > 0 || behindDashes !== undefined) return undefined;
  return isJobName(word) ? word : undefined;
}

/**
 * Starts the job of which the word is the name, or the whole id, unless it is up; undefined where there is none, so that
 * the word is a command.
 * @throws AppError `usage.conflict` with flags that would make another job of it; `command.*`, `job.*`
 */
export async function startKnown(
  client: DaemonClient,
  word: string,
  args: ParsedArgs,
): Promise<AddReply | undefined> {
  const job = await findNamed(client, word);
  if (job === undefined) return undefined;
  const flag = JOB_FLAGS.find(({ name }) => args.has(name) && !OF_THE_CALL.includes(name));
  if (flag !== undefined) {
    const called = callJob(job);
    throw new AppError("usage.conflict", `${called} is a job, and --${flag.name} defines one`, {
      hint: `imp set ${called} changes it; the command of this name: imp run … -- ${called}`,
    });
  }
  const { jobs, joined = [] } = await client.request("start", { jobs: [job.id] });
  expectStarted(jobs, []);
  const [started] = jobs;
  const action = joined.includes(job.id) ? "joined" : "started";
  return { job: started!, run_id: toRunId(job.id, started!.run), action };
}

/** A command that nobody knows, with what to type where its first word is a job and imp's flags stand behind that. */
export async function withJobHint(
  client: DaemonClient,
  { operands, behindDashes }: ParsedArgs,
  error: AppError,
): Promise<AppError> {
  const [word, ...more] = operands;
  const isMeant = behindDashes === undefined && more.length > 0 && isJobName(word!);
  const job = isMeant ? await findNamed(client, word!).catch(() => undefined) : undefined;
  if (job === undefined) return error;
  return new AppError(error.code, error.message, {
    hint: `${callJob(job)} is a job; flags stand before its name: imp run … ${callJob(job)}`,
    cause: error,
  });
}

/** The job of this name, or of just this id. */
async function findNamed(client: DaemonClient, word: string): Promise<JobView | undefined> {
  try {
    const { job } = await client.request("get_job", { job: word });
    return job.name === word || job.id === word ? job : undefined;
  } catch (error) {
    const codes = ["job.not_found", "job.ambiguous"];
    if (error instanceof AppError && codes.includes(error.code)) return undefined;
    throw error;
  }
}
