import type { JobSpec } from "../../protocol/job_spec.ts";
import type { LeaseWish } from "../../protocol/owner.ts";
import { isSameOwner } from "../../protocol/same_owner.ts";
import type { JobRecord } from "../../store/store.ts";
import type { Job } from "./job.ts";
import { type LeaseWorld, toLease } from "./lease.ts";
import { toOwner, viewOwner } from "./owner.ts";

/** Whose a job is from now on that a request starts, and what ends it by itself. @throws AppError `usage.other_machine` */
export function toTenure(
  { owner, lease }: Pick<JobSpec, "owner" | "lease">,
  { time }: LeaseWorld,
): Pick<JobRecord, "owner" | "lease"> {
  const now = time();
  return { owner: toOwner(owner, now.bootId), lease: toLease(lease, now) };
}

/**
 * The lease of a job that was up already: what somebody else has up is not ended because another one would be done with
 * it. @throws AppError `usage.other_machine`
 */
export function leaseOfJoined(
  { owner }: JobRecord,
  spec: Pick<JobSpec, "owner" | "lease">,
  { time }: LeaseWorld,
): Pick<Partial<JobRecord>, "lease"> {
  const isOurs = owner !== null && spec.owner !== undefined &&
    isSameOwner(viewOwner(owner), spec.owner);
  return isOurs && spec.lease ? { lease: toLease(spec.lease, time()) } : {};
}

/**
 * From now on jobs end by this lease alone; by none they are kept, and are not left over when who had them run has gone.
 * @throws AppError `usage.other_machine`
 */
export function keepJobs(
  jobs: readonly Job[],
  wish: LeaseWish | undefined,
  { time }: LeaseWorld,
): void {
  const lease = toLease(wish, time());
  for (const job of jobs) {
    const { owner } = job.record;
    const kept = lease === null && owner !== null ? { ...owner, process: undefined } : owner;
    job.amend({ lease, owner: kept });
  }
}
