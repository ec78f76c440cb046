import { readDarwinEnvironment } from "./darwin_processes.ts";
import { DAEMON_MARK } from "../job_marks.ts";
import { openLibc } from "../libc.ts";
import { readLinuxEnvironment } from "./linux_processes.ts";

/** The marks that imp puts into the environment of every job, and that all it starts inherits. */
export interface RunMarks {
  /** See {@linkcode stateDirMark}. */
  readonly stateDir: string;
  readonly jobId: string;
  readonly runId: string;
}

/** An exec takes a tenth of a millisecond, and some ten where it loses the processor in its midst. */
const EXEC_PAUSE_US = 300;
const MOST_EXEC_PAUSES = 100;
/** Field 51 of proc_pid_stat(5), counted from the state, which is field 3. */
const STAT_ENV_END = 51 - 3;

const STATE_DIR = "IMP_STATE_DIR=";
const JOB = "IMP_JOB_ID=";
const RUN = "IMP_RUN_ID=";

/**
 * What tells a daemon from all others of the machine: another user's, or one with another state directory, may have
 * the same id, and its processes are none of ours.
 */
export function stateDirMark({ stateDir }: { readonly stateDir: string }): string {
  try {
    return Deno.realPathSync(stateDir);
  } catch {
    return stateDir;
  }
}

/** What every process of a daemon's jobs and execs has in its environment, to be made once. */
export function daemonMarks(
  paths: { readonly id: string; readonly stateDir: string },
): { readonly IMP_JOB_DAEMON_ID: string; readonly IMP_STATE_DIR: string } {
  return { IMP_JOB_DAEMON_ID: paths.id, IMP_STATE_DIR: stateDirMark(paths) };
}

/** The marks in a process's environment, if it carries them and we may look. */
export function readMarks(pid: number): RunMarks | undefined {
  const environment = readEnvironment(pid);
  if (environment === undefined || !environment.includes(RUN)) return undefined;
  // On its way to be a daemon: it takes off the marks of the job that its client is in.
  if (valueOf(environment, `${DAEMON_MARK}=`) !== undefined) return undefined;
  const stateDir = valueOf(environment, STATE_DIR);
  const runId = valueOf(environment, RUN);
  if (stateDir === undefined || runId === undefined) return undefined;
  return { stateDir, jobId: valueOf(environment, JOB) ?? "", runId };
}

/** Whether a process is a daemon that a client started, of whatever project, or what runs between the two. */
export function isMarkedDaemon(pid: number): boolean {
  const environment = readEnvironment(pid);
  return environment !== undefined && valueOf(environment, `${DAEMON_MARK}=`) !== undefined;
}

/** The environment that a process was started with, as the system keeps it; undefined where we may not look. */
export function readEnvironment(pid: number): string | undefined {
  if (Deno.build.os !== "linux") return readDarwinEnvironment(pid);
  try {
    for (let left = MOST_EXEC_PAUSES;; left--) {
      const text = readLinuxEnvironment(pid);
      // In the middle of an exec a process has none for a moment, and would be overlooked.
      if (text !== "" || left === 0 || !isInExec(pid)) return text;
      openLibc().usleep(EXEC_PAUSE_US);
    }
  } catch {
    return undefined;
  }
}

/** Then its environment has no place in memory, while one that is empty has. */
function isInExec(pid: number): boolean {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).trimEnd().split(" ");
  return fields[STAT_ENV_END] === "0" && fields[0] !== "Z" && fields[0] !== "X";
}

/** `prefix` with its `=` must begin an entry, not stand somewhere in a value. */
function valueOf(environment: string, prefix: string): string | undefined {
  let at = environment.startsWith(prefix) ? 0 : environment.indexOf("\0" + prefix) + 1;
  if (at === 0 && !environment.startsWith(prefix)) return undefined;
  at += prefix.length;
  const end = environment.indexOf("\0", at);
  return environment.slice(at, end < 0 ? undefined : end);
}
