import type { AddReply } from "../../protocol/reply.ts";
import type { CommandContext } from "../frame/command.ts";
import { formatCommand } from "./format_command.ts";
import { nameJob } from "./job_text.ts";

/** What became of a request to run something. */
export function describeAdded({ action, job }: AddReply): string {
  const command = formatCommand(job.command);
  switch (action) {
    case "created":
      return `Added job ${nameJob(job)} running: ${command}`;
    case "started":
      return `Started job ${nameJob(job)} again (run ${job.run}): ${command}`;
    case "joined":
      return `Job ${nameJob(job)} is already up` +
        `${job.pid === null ? "" : ` (pid ${job.pid})`}: ${command}`;
  }
}

/** Says what of a definition could not wait, what waits, and what else runs the same. */
export async function noteAdded(
  ctx: CommandContext,
  reply: AddReply,
  how: { readonly wantsLease: boolean },
): Promise<void> {
  if (ctx.quiet || ctx.json || isPlain(reply)) return;
  const { noteAmended } = await import("./note_amended.ts");
  await noteAmended(ctx, reply, how);
}

/** Nothing is to be said of it, as of most. */
function isPlain(
  { action, job, changed = [], pending = [], twins = [], missing = [] }: AddReply,
): boolean {
  const isAsAsked = [changed, pending, twins, missing].every(({ length }) => length === 0);
  return action !== "joined" && isAsAsked && job.ports_declared === undefined;
}
