import { readCommandLine } from "./command_line.ts";
import { withoutMarks } from "../job_marks.ts";
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

/** A shim is `sh -c SHIM imp-shim RUN_DIR UMASK … COMMAND`: how many words come before the command is in its own text. */
const SHIM_TEXT = 2;
const SHIM_FIRST = 4;
const SHIM_UMASK = 5;

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
    command: isShim ? words.slice(SHIM_FIRST + shiftOf(words[SHIM_TEXT])) : words,
    workdir: env.PWD,
    umask: isShim ? parseInt(words[SHIM_UMASK] ?? "", 8) : undefined,
  };
}

/** It may be of another build, which had fewer words or more. */
function shiftOf(text: string | undefined): number {
  return Number(/^shift (\d)$/m.exec(text ?? "")?.[1] ?? Infinity);
}

function parseEnvironment(text: string): Record<string, string> {
  const entries = text.split("\0").filter((entry) => entry.indexOf("=") > 0).map((entry) => {
    const at = entry.indexOf("=");
    return [entry.slice(0, at), entry.slice(at + 1)] as const;
  });
  return Object.fromEntries(entries);
}
