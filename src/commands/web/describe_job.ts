import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import type { RunView } from "../../protocol/job_view.ts";
import type { PayloadOf } from "../../web/calls.ts";
import type { CommandContext } from "../frame/command.ts";
import { findCommand } from "../frame/find_command.ts";
import { ParsedArgs } from "../frame/parse_args.ts";
import { findRunDrops } from "../frame/run_drops.ts";
import { formatLocalTime, formatOutcome, jobFacts } from "../output/job_details.ts";
import { openWorld } from "./run_words.ts";

/** All about a job, in words for people. */
export interface JobDescription {
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Those that are kept, the newest first. */
  readonly runs: readonly { readonly run: number; readonly what: string }[];
}

/** What `imp show` says of a job. @throws AppError as that does */
export async function describeJob(
  ctx: CommandContext,
  { project, job }: PayloadOf<"details">,
): Promise<JobDescription> {
  const args = new ParsedArgs(new Map([["daemon-id", [project]]]), [job]);
  const world = { ctx, signal: ctx.signal, write: () => Promise.resolve() };
  await using own = openWorld(world, findCommand(ctx.commands, "show")!, args);
  const details = await (await own.source()).request("get_job", { job });
  const options = { nowMs: ctx.clock.now(), color: false, drops: findRunDrops(own, details) };
  return {
    facts: jobFacts(details, options).map(([name, value]) => [name, [value].flat().join(" ")]),
    runs: details.runs.toSorted((a, b) => b.run - a.run).map(describeRun),
  };
}

function describeRun(run: RunView): { run: number; what: string } {
  const parts = [
    formatOutcome(run),
    run.duration_ms === null ? "" : formatDuration(run.duration_ms),
    formatLocalTime(run.started_at),
    escapeLabel(run.reason ?? ""),
  ];
  return { run: run.run, what: parts.filter((part) => part !== "").join(" · ") };
}
