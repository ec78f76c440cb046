import { escapeLabel } from "../../base/terminal_text.ts";
import type { AppliedJob } from "../../protocol/reply.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeLines, writeNote } from "../frame/write.ts";

const VERBS: Readonly<Record<AppliedJob["action"], string | undefined>> = {
  start: "start",
  restart: "restart",
  remove: "remove",
  keep: undefined,
  done: undefined,
  rest: undefined,
  schedule: "schedule",
  leave: undefined,
};

/** Tells what would be done, a line a job. */
export async function tellDryRun(ctx: CommandContext, jobs: readonly AppliedJob[]): Promise<void> {
  if (ctx.quiet) return;
  const lines = jobs.flatMap((job) => describe(job) ?? []);
  await writeLines(ctx, lines.length === 0 ? ["Nothing would change"] : lines);
}

function describe({ name, action, changed, is_new }: AppliedJob): string | undefined {
  const verb = VERBS[action] ?? (is_new ? "add" : changed.length > 0 ? "change" : undefined);
  if (verb === undefined || action === "leave") return undefined;
  const notes = [...is_new ? ["new"] : [], ...changed];
  return `${verb} ${escapeLabel(name)}${notes.length === 0 ? "" : `: ${notes.join(", ")}`}`;
}

/** Says what was changed without a start, and what was left as it is although the file says otherwise. */
export async function noteApplied(
  ctx: CommandContext,
  jobs: readonly AppliedJob[],
  { isWhole }: { readonly isWhole: boolean },
): Promise<void> {
  for (const { name, action, changed } of jobs) {
    const called = escapeLabel(name);
    if (action === "keep" && changed.length > 0) {
      await writeNote(ctx, `${called} goes on, with another ${changed.join(", ")}`);
    } else if (action === "leave" && changed.length > 0) {
      await writeNote(
        ctx,
        `${called} is different in the file (${changed.join(", ")}): imp up ${called}`,
      );
    }
  }
  const gone = jobs.filter(({ action, changed }) => action === "leave" && changed.length === 0)
    .map(({ name }) => escapeLabel(name));
  if (gone.length === 0 || !isWhole) return;
  const [is, them] = gone.length === 1 ? ["is", "it"] : ["are", "them"];
  await writeNote(
    ctx,
    `${gone.join(" ")} ${is} in the file no more; imp up --prune removes ${them}`,
  );
}

/** Tells which jobs are started by their schedules from now on; false when there are none. */
export async function tellScheduled(
  ctx: CommandContext,
  jobs: readonly AppliedJob[],
): Promise<boolean> {
  const scheduled = jobs.filter(({ action }) => action === "schedule");
  if (scheduled.length > 0 && !ctx.quiet && !ctx.json) {
    const { formatLocalTime } = await import("../output/job_details.ts");
    const lines = scheduled.map(({ name, next_run_at = null }) => {
      const next = next_run_at === null ? "" : `, next at ${formatLocalTime(next_run_at)}`;
      return `${escapeLabel(name)} scheduled${next}`;
    });
    await writeLines(ctx, lines);
  }
  return scheduled.length > 0;
}
