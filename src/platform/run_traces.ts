import { readCommandLine } from "./command_line.ts";
import { withoutMarks } from "./job_marks.ts";
import { findMarked, findShim } from "./process_tree.ts";
import { readEnvironment } from "./run_marks.ts";

/** What the living processes of a run tell of how it was started. */
export interface RunTraces {
  /** Without the marks. */
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly workdir: string | undefined;
  /** Known by the shim alone. */
  readonly umask: number | undefined;
}

/** Where a shim's own words end and those of the command begin: sh -c SHIM imp-shim RUN_DIR UMASK COMMAND. */
const SHIM_UMASK = 5;
const SHIM_COMMAND = 6;

/**
 * How a run was started, read from its shim, else from its oldest process; undefined where none of it can be looked at.
 */
export function readRunTraces(run: { stateDir: string; runId: string }): RunTraces | undefined {
  const shim = findShim(run);
  const pid = shim ?? findMarked(run.stateDir).find(({ runId }) => runId === run.runId)?.pid;
  const text = pid === undefined ? undefined : readEnvironment(pid);
  if (pid === undefined || text === undefined) return undefined;
  const words = readCommandLine(pid);
  const env = withoutMarks(parseEnvironment(text));
  const isShim = pid === shim;
  return {
    env,
    command: isShim ? words.slice(SHIM_COMMAND) : words,
    workdir: env.PWD,
    umask: isShim ? parseInt(words[SHIM_UMASK] ?? "", 8) : undefined,
  };
}

function parseEnvironment(text: string): Record<string, string> {
  const entries = text.split("\0").filter((entry) => entry.indexOf("=") > 0).map((entry) => {
    const at = entry.indexOf("=");
    return [entry.slice(0, at), entry.slice(at + 1)] as const;
  });
  return Object.fromEntries(entries);
}
