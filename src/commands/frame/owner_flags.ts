import { AppError } from "../../base/app_error.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { isOwnerCalled, isSameOwner } from "../../protocol/same_owner.ts";
import type { CommandContext } from "./command.ts";
import type { FlagSpec } from "./flag_spec.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** Jobs by whose they are. */
export const OWNER_FLAGS: readonly FlagSpec[] = [
  {
    name: "owner",
    value: "OWNER",
    summary: "Those of an owner: a name such as claude, a pid, or me",
  },
  { name: "left-over", summary: "Those that are up though who had them run has gone" },
];

/** Whether jobs are chosen by {@linkcode OWNER_FLAGS}. @throws AppError `usage.conflict` when also by name, or all */
export function choosesByOwner(args: ParsedArgs): boolean {
  if (!OWNER_FLAGS.some(({ name }) => args.has(name))) return false;
  if (args.operands.length === 0 && !args.has("all")) return true;
  throw new AppError("usage.conflict", "Either name jobs or use --owner or --left-over, not both");
}

/** Those of `jobs` that {@linkcode OWNER_FLAGS} mean; without any, all. */
export async function selectByOwner<Job extends JobView>(
  ctx: CommandContext,
  args: ParsedArgs,
  jobs: readonly Job[],
): Promise<Job[]> {
  const word = args.value("owner");
  const me = word === "me" ? await ctx.owner() : undefined;
  return jobs.filter(({ owner, left_over }) => {
    if (args.has("left-over") && !left_over) return false;
    if (word === undefined) return true;
    if (owner === undefined) return false;
    return me === undefined ? isOwnerCalled(owner, word) : isSameOwner(owner, me);
  });
}
