import { messageOf } from "../../base/app_error.ts";
import type { StopOptions, StopRequest } from "../runs/stop_procedure.ts";
import type { JobContext } from "./job_context.ts";
import type { JobState } from "./job_state.ts";
import { portFiller } from "./job_ports.ts";
import { placeCommand } from "./place_command.ts";

/**
 * The command that asks the current run to end, in place of the signal; undefined where that is to be sent. What it
 * prints is in the daemon's log; that it failed stays with the run as its reason.
 */
export function stopCommandOf(
  context: JobContext,
  state: JobState,
  { isBySignal = false, timeoutMs }: StopOptions,
): StopRequest | undefined {
  const { record, run } = state;
  if (record.stopCommand === null || isBySignal || timeoutMs === 0) return undefined;
  if (!run?.process || !context.host.isAlive(run.process)) return undefined;
  const { logger, portOf } = context;
  const words = record.stopCommand.map(portFiller(record, portOf));
  const fail = (reason: string) => {
    logger.warn("A stop command has failed", { job: record.id, reason });
    if (state.isLive && state.run?.runId === run.runId) state.changeRun({ reason });
    return false;
  };
  return {
    ask: async (cancel) => {
      try {
        const placed = placeCommand({ command: words, workdir: undefined }, record, portOf);
        const { code, signal, said, output } = await context.tryCommand(placed, cancel);
        if (cancel.aborted) return false;
        const how = code ?? signal;
        logger.info("A stop command has ended", { job: record.id, how, output });
        if (code === 0) return true;
        return fail(`its stop command failed (${how})${said === "" ? "" : `: ${said}`}`);
      } catch (error) {
        return cancel.aborted
          ? false
          : fail(`its stop command could not be run: ${messageOf(error)}`);
      }
    },
    tellLate: () => void fail("its stop command took too long"),
  };
}
