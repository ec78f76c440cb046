import type { JobSpec } from "../../protocol/job_spec.ts";
import type { CommandContext } from "./command.ts";
import type { FlagSpec } from "./flag_spec.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** What ends a job by itself. */
export const LEASE_FLAGS: readonly FlagSpec[] = [
  {
    name: "lease",
    value: "TIME",
    summary: "Stop it after so long, whatever becomes of the daemon",
  },
  { name: "with-pid", value: "PID", summary: "Stop it when this process has gone" },
  {
    name: "with-owner",
    summary: "Stop it when who calls has gone: the agent, else the terminal's shell",
  },
];

/** Who calls, and what {@linkcode LEASE_FLAGS} say. @throws AppError `usage.*` */
export async function readTenure(
  ctx: CommandContext,
  args: ParsedArgs,
): Promise<Pick<JobSpec, "owner" | "lease">> {
  const owner = await ctx.owner();
  if (!LEASE_FLAGS.some(({ name }) => args.has(name))) return { owner };
  const lease = (await import("./read_lease.ts")).readLease(args, owner);
  return { owner, ...lease && { lease } };
}
