import type { RunRecord } from "../../store/store.ts";

/** By which pids the processes of a run are found: the command beside its shim, which somebody may have killed. */
export function rootsOf(run: RunRecord): number[] {
  return [run.shim, run.process].flatMap((process) => process?.pid ?? []);
}
