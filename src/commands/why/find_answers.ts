import type { CommandContext, JobReader } from "../frame/command.ts";
import { findJobs } from "../frame/find_jobs.ts";
import { isInTrouble } from "../../protocol/is_in_trouble.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { Judgment } from "./cause.ts";
import { type FactsWorld, gatherFacts } from "./gather_facts.ts";
import { judge } from "./judge.ts";
import type { WhyFacts } from "./why_facts.ts";

/** What is known of a job, and what that comes to. */
export interface Answer {
  readonly facts: WhyFacts;
  readonly judgment: Judgment;
}

/**
 * An answer for each of these jobs; without one, for all that something is wrong with.
 *
 * @throws AppError `job.not_found`, `job.ambiguous`
 */
export async function findAnswers(
  ctx: Pick<CommandContext, "paths" | "clock" | "daemonId">,
  source: JobReader,
  operands: readonly string[] = [],
): Promise<Answer[]> {
  const jobs = await findJobs(source, { jobs: [], all: true });
  const wanted = operands.length > 0
    ? await findJobs(source, { jobs: operands })
    : jobs.filter(isInTrouble);
  return await explainJobs({ ctx, source, jobs }, wanted);
}

/** An answer for each of these jobs. */
export async function explainJobs(
  world: FactsWorld,
  wanted: readonly Pick<JobView, "id">[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { id } of wanted) {
    const facts = await gatherFacts(world, id);
    answers.push({ facts, judgment: judge(facts) });
  }
  return answers;
}
