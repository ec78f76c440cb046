import type { Judgment } from "./cause.ts";
import { cut, saidLast } from "./render_why.ts";
import type { WhyFacts } from "./why_facts.ts";

const LINE_BYTES = 400;

/** An answer for a program: a fixed shape, in which what is not known is null. */
export function toWhyJson(
  { job, daemonId, current, last, left, changes }: WhyFacts,
  judgment: Judgment,
  maxLines: number,
) {
  const told = current ?? last;
  const { stream, lines } = saidLast(told);
  const run = told?.run;
  return {
    daemon_id: daemonId,
    job_id: job.id,
    job_name: job.name,
    status: job.status,
    reason: judgment.reason,
    message: judgment.message,
    hint: judgment.hint ?? null,
    also: judgment.also.map(({ reason, message, hint }) => ({
      reason,
      message,
      hint: hint ?? null,
    })),
    run: run?.run ?? null,
    run_id: run?.run_id ?? null,
    outcome: run?.outcome ?? null,
    exit_code: run?.exit_code ?? null,
    signal: run?.signal ?? null,
    started_at: run?.started_at ?? null,
    finished_at: run?.finished_at ?? null,
    restarts: job.restarts,
    asked: run?.asked ?? null,
    changes: changes ?? null,
    left_processes: left,
    output: { stream, lines: lines.slice(-maxLines).map((line) => cut(line, LINE_BYTES)) },
  };
}
