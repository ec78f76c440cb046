import { statLogFile } from "../platform/log_file.ts";
import type { RunLogPaths } from "./log_paths.ts";

/** When a run has printed something last, on either stream; undefined where there is nothing that tells. */
export function lastWrittenAtMs({ stdout, stderr }: RunLogPaths): number | undefined {
  const times = [stdout, stderr].flatMap((path) => {
    try {
      const file = statLogFile(path);
      return file === undefined || file.sizeBytes === 0 ? [] : [file.modifiedAtMs];
    } catch {
      return [];
    }
  });
  return times.length === 0 ? undefined : Math.max(...times);
}
