import type { ProcessIdentity } from "../../src/platform/processes/process_identity.ts";
import type { ProcessReference } from "../../src/protocol/owner.ts";

/** A process as a request tells of it. */
export function toReference({ pid, startTime, bootId }: ProcessIdentity): ProcessReference {
  return { pid, start_time: startTime, boot_id: bootId };
}
