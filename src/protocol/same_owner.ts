import type { Owner } from "./owner.ts";
import type { OwnerView } from "./job_view.ts";

/** Who somebody is, as it is told or shown. */
export type AnyOwner = Pick<Owner, "name"> & Partial<Owner> | OwnerView;

/**
 * Whether two calls are of the same owner: by their names, which people and `IMP_OWNER` have one of; of two agents of one
 * kind by their sessions, or else their processes, as far as both are known.
 */
export function isSameOwner(one: AnyOwner, other: AnyOwner): boolean {
  if (one.name !== other.name) return false;
  if (one.name !== one.agent || other.name !== other.agent) return true;
  if (one.session && other.session) return one.session === other.session;
  const [mine, its] = [one.process, other.process];
  if (!mine || !its) return true;
  return mine.pid === its.pid && mine.start_time === its.start_time && mine.boot_id === its.boot_id;
}

/** Whether `owner` is called so: by name, agent, user, session or the pid of its process. */
export function isOwnerCalled(owner: OwnerView, word: string): boolean {
  const { name, agent, user, session, pid } = owner;
  return [name, agent, user, session].includes(word) || (pid !== null && String(pid) === word);
}
