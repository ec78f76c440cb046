import { listNames, makeLogDirectory } from "../platform/log_directory.ts";
import { writeFileAtomic } from "../platform/atomic_write.ts";
import { removeFile } from "../platform/remove_file.ts";

/** What the name of every exec begins with; no run of a job is called so. */
export const EXEC_PREFIX = "exec.";
const EXEC_ID = /^exec\.\d+\.\d+$/;

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

/** The execs that were under way when the last daemon ended; forgets them, and leaves alone what is none of ours. */
export function takeCutOffExecs(directory: string): string[] {
  const names = listNames(directory).filter((name) => name.startsWith(EXEC_PREFIX));
  for (const name of names) removeFile(`${directory}/${name}`);
  return names.filter((name) => EXEC_ID.test(name));
}
