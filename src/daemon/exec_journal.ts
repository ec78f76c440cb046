import { listNames, makeLogDirectory } from "../platform/log_directory.ts";
import { writeFileAtomic } from "../platform/atomic_write.ts";
import { removeFile } from "../platform/remove_file.ts";

/** What is written down of the execs under way, so that the next daemon knows which were cut off. */
export interface ExecJournal {
  note(execId: string): void;
  forget(execId: string): void;
}

/** A journal of nothing. */
export const NO_JOURNAL: ExecJournal = { note() {}, forget() {} };

/** An empty file for each exec under way. */
export function openExecJournal(directory: string): ExecJournal {
  return {
    note(execId) {
      try {
        makeLogDirectory(directory);
        writeFileAtomic(`${directory}/${execId}`, "");
      } catch {
        // A full disk is no reason not to run a command; what it leaves after a crash is then not ended.
      }
    },
    forget: (execId) => void removeFile(`${directory}/${execId}`),
  };
}

/** The execs that were under way when the last daemon ended; forgets them. */
export function takeCutOffExecs(directory: string): string[] {
  const ids = listNames(directory);
  for (const id of ids) removeFile(`${directory}/${id}`);
  return ids;
}
