import { findAgent } from "../../base/agent_marks.ts";
import { AppError } from "../../base/app_error.ts";
import { isJobName } from "../../base/ids.ts";
import { findCallerProcess, findCallerTerminal } from "../../platform/processes/caller_process.ts";
import type { ProcessIdentity } from "../../platform/processes/process_identity.ts";
import { currentUser } from "../../platform/processes/process_owner.ts";
import type { Owner, ProcessReference } from "../../protocol/owner.ts";

/**
 * Who calls: `IMP_OWNER`, a coding agent by what it leaves in the environment, or the user.
 * @throws AppError `usage.bad_owner`
 */
export async function readOwner(
  env: (name: string) => string | undefined,
): Promise<Owner> {
  const agent = findAgent(env);
  const user = currentUser();
  const process = await findCallerProcess(agent?.names);
  const terminal = agent === undefined ? findCallerTerminal() : undefined;
  return {
    name: readName(env("IMP_OWNER")) ?? agent?.agent ?? user.replace(/[^\w.:@+-]/g, "_"),
    user,
    ...agent && { agent: agent.agent, ...agent.session && { session: agent.session } },
    ...terminal && { terminal },
    ...process && { process: toProcessReference(process) },
  };
}

/** A process as the protocol tells of it. */
export function toProcessReference(
  { pid, startTime, bootId }: ProcessIdentity,
): ProcessReference {
  return { pid, start_time: startTime, boot_id: bootId };
}

function readName(given: string | undefined): string | undefined {
  if (!given) return undefined;
  if (isJobName(given)) return given;
  throw new AppError("usage.bad_owner", `Not a name of an owner: ${JSON.stringify(given)}`, {
    hint: "Give IMP_OWNER 1 to 64 letters, digits, and _ . : @ + - beginning with a letter, " +
      "digit or _, or unset it",
  });
}
