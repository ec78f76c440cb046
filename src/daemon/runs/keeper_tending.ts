import { isOutputHeld } from "../../platform/spawn/locked_output.ts";
import { findStrayLog, wakeKeepers } from "../../platform/spawn/kept_output.ts";
import { statLogFile } from "../../platform/log_file.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { bytesInPipe, replaceKeeper } from "../../platform/spawn/replace_keeper.ts";
import { stateDirMark } from "../../platform/processes/run_marks.ts";
import type { KeeperMending, RunHost, StrayLog } from "./run_host.ts";
import { keptOutputsOf } from "./run_outputs.ts";

/** The part of {@linkcode RunHost} that sees to the keepers of a run whose shim lives. */
export function createKeeperTending(
  paths: ImpPaths,
): Pick<RunHost, "replaceDeadKeepers" | "strayLogs" | "wakeKeepers" | "outputProgress"> {
  const stateDir = stateDirMark(paths);
  const marked = { ...paths, stateDir };
  return {
    replaceDeadKeepers: (run) =>
      keptOutputsOf(marked, run).flatMap((output): KeeperMending[] => {
        const { stream, logPath } = output;
        if (isOutputHeld(logPath)) return [];
        // Two who read one pipe would tear what comes through it apart.
        if (findStrayLog(output) !== undefined) return [];
        replaceKeeper({ shimPid: run.shim!.pid, stateDir, runId: run.runId, stream, logPath });
        return [{ stream, was: "dead" }];
      }),
    strayLogs: (run) =>
      keptOutputsOf(marked, run).flatMap((output): StrayLog[] => {
        const { logPath } = output;
        const name = isOutputHeld(logPath) ? undefined : findStrayLog(output);
        return name === undefined ? [] : [{ path: logPath, name }];
      }),
    wakeKeepers: (run) => {
      const outputs = keptOutputsOf(marked, run);
      const woken = wakeKeepers(outputs.map(({ mark }) => mark));
      return outputs.flatMap(({ stream, mark }): KeeperMending[] =>
        woken.includes(mark) ? [{ stream, was: "stopped" }] : []
      );
    },
    outputProgress: (run) => {
      const outputs = keptOutputsOf(marked, run);
      const waiting = outputs.map(({ stream }) => bytesInPipe(run.shim!.pid, stream));
      const waitingBytes = sum(waiting);
      // Where nothing waits, nobody asks whether it moves.
      const written = waitingBytes === 0
        ? []
        : outputs.map(({ logPath }) => statLogFile(logPath)?.sizeBytes ?? 0);
      return { waitingBytes, writtenBytes: sum(written) };
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
