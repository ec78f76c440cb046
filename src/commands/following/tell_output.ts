import { toIsoTime } from "../../base/clock.ts";
import { ExitCode } from "../../base/exit_code.ts";
import type { CommandContext } from "../frame/command.ts";
import { exitCodeOfEnd } from "../frame/exit_code_of_end.ts";
import { writeJson, writeLines } from "../frame/write.ts";
import { nameJob } from "../output/job_text.ts";
import type { OutputFound } from "./await_output.ts";
import { lastWords } from "./last_words.ts";
import { formatStatus } from "../../view/status_words.ts";

/** A line of more says no more to people; with `--json` there is all of it. */
const MOST_CHARACTERS = 500;

/** Options of {@linkcode tellOutput}. */
export interface TellOutputOptions {
  readonly pattern: RegExp;
  /** Whether one job that has printed it is enough. */
  readonly isAny: boolean;
}

/** Says which line was waited for, or that it did not come; returns the exit code. */
export async function tellOutput(
  ctx: CommandContext,
  found: readonly OutputFound[],
  { pattern, isAny }: TellOutputOptions,
): Promise<number> {
  const matched = found.filter(({ match }) => match !== undefined);
  if (ctx.json) await writeJson(ctx, { jobs: found.map(({ job }) => job), ...toMatches(matched) });
  else if (!ctx.quiet) await writeLines(ctx, matched.map(formatMatch));
  if (matched.length === found.length || (isAny && matched.length > 0)) return ExitCode.done;
  let code: number = ExitCode.done;
  for (const { job, match } of found) {
    if (match !== undefined) continue;
    code ||= exitCodeOfEnd({ code: job.exit_code, signal: job.signal }) || ExitCode.failed;
    if (ctx.json) continue;
    const text = JSON.stringify(pattern.source);
    await ctx.stderr.write(
      `imp: Job ${nameJob(job)} ended without a line that matches ${text}: ${formatStatus(job)}\n`,
    );
    const words = await lastWords(ctx, job);
    if (words.length > 0) await ctx.stderr.write(`${words.join("\n")}\n`);
  }
  return code;
}

function formatMatch({ job, match }: OutputFound): string {
  const { stream, text } = match!;
  const shown = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return `${nameJob(job)}, ${stream}: ${shown}`;
}

function toMatches(matched: readonly OutputFound[]) {
  return {
    matches: matched.map(({ job, match }) => {
      const { run, stream, timeMs, text } = match!;
      return { job_id: job.id, job_name: job.name, run, stream, time: toIsoTime(timeMs), text };
    }),
  };
}
