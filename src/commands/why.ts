import { ExitCode } from "../base/exit_code.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { findJobs } from "./frame/find_jobs.ts";
import { writeJson } from "./frame/write.ts";
import type { Judgment } from "./why/cause.ts";
import { gatherFacts } from "./why/gather_facts.ts";
import { judge } from "./why/judge.ts";
import { cut, firstLine, renderWhy } from "./why/render_why.ts";
import type { WhyFacts } from "./why/why_facts.ts";
import { toWhyJson } from "./why/why_json.ts";

/** An answer is read by who pays for each byte. */
const MAX_BYTES = 1_024;
const MAX_LINES = 12;
/** With several jobs, of the line of each. */
const SHORT_LINE_BYTES = 240;

/** `imp why`: what is the matter with a job. */
export const command: Command = {
  usage: ["why [JOB…]"],
  description:
    "Says why a job ended, does not start or does not serve: the reason in the first line, then its " +
    "last words, what has changed since the last run that went well, and what is left running; " +
    "without JOB, of all jobs that something is wrong with. Changes nothing.",
  flags: [{
    name: "lines",
    short: "n",
    value: "N",
    summary: "N lines of output, however long the answer is then (default: what fits in 1 KB)",
  }],
  operands: "jobs",
  examples: [
    { command: "imp why api", what: "what happened to it" },
    { command: "imp why", what: "whatever has failed" },
    { command: "imp why api --json | jq -r '.answers[].reason'", what: "for scripts" },
  ],
  output:
    'Text of 1 KB at most; of several jobs a line each. With --json {"answers":[{"daemon_id",' +
    '"job_id","job_name","status","reason","message","hint","also","run","run_id","outcome",' +
    '"exit_code","signal","started_at","finished_at","restarts","asked","changes",' +
    '"left_processes","output"}]}; "reason" is a stable word such as "port.taken".',
  exitCodes: { 0: "done", ...JOB_EXIT_CODES },
  async run(ctx, args) {
    const lines = args.count("lines");
    const answers = await findAnswers(ctx, args.operands);
    if (ctx.json) {
      await writeJson(ctx, {
        answers: answers.map(({ facts, judgment }) =>
          toWhyJson(facts, judgment, lines ?? MAX_LINES)
        ),
      });
      return ExitCode.done;
    }
    const [first, ...others] = answers;
    if (first === undefined) await ctx.stdout.write("No job has failed\n");
    else if (others.length > 0) await ctx.stdout.write(renderShort(answers));
    else {
      const maxBytes = lines === undefined ? MAX_BYTES : Infinity;
      const budget = { maxBytes, maxLines: lines ?? MAX_LINES };
      await ctx.stdout.write(renderWhy(first.facts, first.judgment, budget));
    }
    return ExitCode.done;
  },
};

interface Answer {
  readonly facts: WhyFacts;
  readonly judgment: Judgment;
}

async function findAnswers(ctx: CommandContext, operands: readonly string[]): Promise<Answer[]> {
  const source = await ctx.source();
  const wanted = operands.length > 0
    ? await findJobs(source, { jobs: operands })
    : (await findJobs(source, { jobs: [], all: true })).filter(isInTrouble);
  const { jobs } = await source.request("list", {});
  const answers: Answer[] = [];
  for (const { id } of wanted) {
    const facts = await gatherFacts({ ctx, source, jobs }, id);
    answers.push({ facts, judgment: judge(facts) });
  }
  return answers;
}

/** Whether somebody should know. */
function isInTrouble(job: JobView): boolean {
  const { status, reason, unready_reason, waiting_for = [], problem } = job;
  if (problem) return true;
  if (status === "failed" || status === "lost" || status === "backoff") return true;
  if (status === "stopping") return reason !== null;
  if (status === "running") return Boolean(unready_reason);
  return waiting_for.some((awaited) => awaited.problem !== null);
}

/** A line each, those that fit; the last says how many do not. */
function renderShort(answers: readonly Answer[]): string {
  const encoder = new TextEncoder();
  let text = "";
  for (const [index, { facts, judgment }] of answers.entries()) {
    const line = `${cut(firstLine(facts, judgment), SHORT_LINE_BYTES)}\n`;
    const rest = `and ${answers.length - index} more: imp list, imp why JOB\n`;
    if (encoder.encode(text + line + rest).length > MAX_BYTES) return text + rest;
    text += line;
  }
  return text;
}
