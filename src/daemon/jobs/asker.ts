import { describeProcess } from "../../platform/processes/describe_process.ts";
import { readProcess } from "../../platform/processes/process_table.ts";
import type { EndAsked } from "../../store/store.ts";
import type { StopOptions } from "../runs/stop_procedure.ts";

/** Who wants the end of a run. */
export type Asker = Pick<EndAsked, "what" | "by">;

/** How a job is stopped, and who wants that. */
export interface JobStopOptions extends Partial<StopOptions> {
  readonly asker?: Asker | undefined;
}

/** Who asks for `what`, by the pid of the client: what that was called by, as long as it is there. */
export function askerOf(what: string, clientPid: number | undefined): Asker {
  const parent = clientPid === undefined ? undefined : readProcess(clientPid)?.ppid;
  // Nobody's child any more.
  if (parent === undefined || parent <= 1) return { what };
  return { what, by: { pid: parent, program: describeProcess(parent) } };
}
