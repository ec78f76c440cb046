import type { ProcessIdentity } from "../../platform/processes/process_identity.ts";
import type { Owner, ProcessReference } from "../../protocol/owner.ts";
import type { OwnerView } from "../../protocol/job_view.ts";
import type { OwnerRecord } from "../../store/store.ts";

/** An owner as the store has it; a process that this daemon cannot see is none. */
export function toOwner(owner: Owner | undefined, bootId: string): OwnerRecord | null {
  if (owner === undefined) return null;
  const { process, ...rest } = owner;
  return process?.boot_id === bootId ? { ...rest, process: toStoredProcess(process) } : rest;
}

/** The owner as it is shown. */
export function viewOwner(owner: OwnerRecord): OwnerView {
  const { name, user, agent, session, terminal, process } = owner;
  return {
    name,
    user,
    agent: agent ?? null,
    session: session ?? null,
    terminal: terminal ?? null,
    pid: process?.pid ?? null,
    process: process ? toReference(process) : null,
  };
}

/** A process as the store has it. */
export function toStoredProcess(
  { pid, start_time, boot_id }: ProcessReference,
): ProcessIdentity {
  return { pid, startTime: start_time, bootId: boot_id };
}

function toReference({ pid, startTime, bootId }: ProcessIdentity): ProcessReference {
  return { pid, start_time: startTime, boot_id: bootId };
}
