import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView, LeaseView, OwnerView } from "../../protocol/job_view.ts";
import { isSameOwner } from "../../protocol/same_owner.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeNote } from "../frame/write.ts";
import { nameJob } from "./job_text.ts";
import { formatCoarse } from "../../view/times.ts";

/** An owner for people: `claude (pid 4242)`, `ann (pts/3)`, `ci`. */
function formatOwner({ name, agent, pid, terminal }: OwnerView): string {
  const place = agent === null ? terminal : pid === null ? null : `pid ${pid}`;
  return escapeLabel(place === null ? name : `${name} (${place})`);
}

/** An owner in a list: `claude`, or `claude (gone)`. */
export function formatOwnerBriefly({ owner, left_over }: JobView): string {
  if (owner === undefined) return "-";
  return escapeLabel(owner.name) + (left_over ? " (gone)" : "");
}

/** Whether a list is the clearer for whose its jobs are: not where they are all those of the person who looks. */
export function showsOwners(jobs: readonly JobView[]): boolean {
  const owners = jobs.flatMap(({ owner }) => owner ?? []);
  return owners.some(({ name, user }) => name !== user);
}

/** The owner as `show` tells it. */
export function formatOwnerInFull({ owner, left_over }: JobView): string | undefined {
  if (owner === undefined) return undefined;
  return formatOwner(owner) + (left_over ? ", has gone: the job is left over" : "");
}

/** What ends a job by itself, as `show` tells it. */
export function formatLease(lease: LeaseView | undefined, nowMs: number): string | undefined {
  if (lease === undefined) return undefined;
  if (lease.is_over) return "over: it is ended as soon as a daemon is there";
  const { ends_at, pid } = lease;
  return [
    ...ends_at === null ? [] : [`ends in ${formatCoarse(Date.parse(ends_at) - nowMs)}`],
    ...pid === null ? [] : [`ends with process ${pid}`],
  ].join(", or ");
}

/** Says whose jobs are that somebody else had run. */
export async function noteOwners(
  ctx: CommandContext,
  jobs: readonly JobView[],
): Promise<void> {
  if (ctx.quiet || ctx.json || jobs.every(({ owner }) => owner === undefined)) return;
  const me = await ctx.owner();
  for (const job of jobs) {
    const { owner, left_over } = job;
    if (owner === undefined || isSameOwner(owner, me)) continue;
    const gone = left_over ? ", who has gone" : "";
    await writeNote(ctx, `Job ${nameJob(job)} is of ${formatOwner(owner)}${gone}`);
  }
}
