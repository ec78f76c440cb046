import type { RunRecord } from "../../store/store.ts";
import type { RunHost } from "./run_host.ts";

/** KILL to every process of a run but its shim, which records the code; who of them may not be killed is named. */
export function killRun(host: RunHost, run: RunRecord): string[] {
  const members = host.members(run);
  // Frozen first, so that none of them can start another meanwhile.
  for (const { identity } of members) host.signalProcess(identity, "SIGSTOP");
  return members.flatMap(({ identity, command }) =>
    host.signalProcess(identity, "SIGKILL") === "refused" ? [`${command} (${identity.pid})`] : []
  );
}
