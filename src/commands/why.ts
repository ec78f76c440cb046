import { ExitCode } from "../base/exit_code.ts";
import type { Command } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import { findAnswers } from "./why/find_answers.ts";
import { renderShort } from "./why/render_short.ts";
import { renderWhy } from "./why/render_why.ts";
import { toWhyJson } from "./why/why_json.ts";

/** An answer is read by who pays for each byte. */
const MAX_BYTES = 1_024;
const MAX_LINES = 12;

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
    const answers = await findAnswers(ctx, await ctx.source(), args.operands);
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
    else if (others.length > 0) await writeLines(ctx, renderShort(answers, MAX_BYTES));
    else {
      const maxBytes = lines === undefined ? MAX_BYTES : Infinity;
      const budget = { maxBytes, maxLines: lines ?? MAX_LINES };
      await ctx.stdout.write(renderWhy(first.facts, first.judgment, budget));
    }
    return ExitCode.done;
  },
};
