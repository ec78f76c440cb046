import type { AddReply } from "../../protocol/reply.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeNote } from "../frame/write.ts";
import { describeChanges, describeNames } from "./describe_changes.ts";
import { callJob } from "./job_text.ts";
import { noteOwners } from "./owner_text.ts";
import { tellPorts } from "./port_text.ts";

/** Says what of a definition could not wait, what waits, and what else runs the same. */
export async function noteAmended(
  ctx: CommandContext,
  reply: AddReply,
  { wantsLease }: { wantsLease: boolean },
): Promise<void> {
  const { action, job, changed = [], pending = [], env_names = [], twins = [], missing = [] } =
    reply;
  const isLeaseRefused = wantsLease && action === "joined" && !changed.includes("lease");
  if (action === "joined") await noteOwners(ctx, [job]);
  if (isLeaseRefused) {
    await writeNote(
      ctx,
      `How long it is kept stays as it was; imp keep ${callJob(job)} changes that`,
    );
  }
  if (changed.length > 0) {
    await writeNote(ctx, `Changed at once: ${describeChanges(changed, env_names)}`);
  }
  if (pending.length > 0) {
    const what = describeChanges(pending, env_names);
    await writeNote(
      ctx,
      `From its next start on: ${what}. It comes at once with: imp restart ${callJob(job)}`,
    );
  }
  await tellPorts(ctx, [job], { tellsAll: action !== "joined" });
  if (missing.length > 0) {
    await writeNote(ctx, `It has the daemon's instead of yours: ${missing.join(", ")}`);
  }
  if (twins.length > 0) {
    await writeNote(
      ctx,
      `The same command in the same directory is also job ${describeNames(twins)}, by another name`,
    );
  }
}
