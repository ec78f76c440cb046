import { readDarwinEnvironment } from "./darwin_processes.ts";
import { openLibc } from "./libc.ts";

/** The marks that imp puts into the environment of every job, and that all it starts inherits. */
export interface RunMarks {
  readonly daemonId: string;
  readonly jobId: string;
  readonly runId: string;
}

const EXEC_PAUSE_US = 300;

const DAEMON = "IMP_DAEMON_ID=";
const JOB = "IMP_JOB_ID=";
const RUN = "IMP_RUN_ID=";

/** The marks in a process's environment, if it carries them and we may look. */
export function readMarks(pid: number): RunMarks | undefined {
  const environment = readEnvironment(pid);
  if (environment === undefined || !environment.includes(RUN)) return undefined;
  const daemonId = valueOf(environment, DAEMON);
  const runId = valueOf(environment, RUN);
  if (daemonId === undefined || runId === undefined) return undefined;
  return { daemonId, jobId: valueOf(environment, JOB) ?? "", runId };
}

function readEnvironment(pid: number): string | undefined {
  if (Deno.build.os !== "linux") return readDarwinEnvironment(pid);
  const path = `/proc/${pid}/environ`;
  try {
    const text = Deno.readTextFileSync(path);
    if (text !== "") return text;
    // In the middle of an exec a process has none for a moment, and would be overlooked.
    openLibc().usleep(EXEC_PAUSE_US);
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** `prefix` with its `=` must begin an entry, not stand somewhere in a value. */
function valueOf(environment: string, prefix: string): string | undefined {
  let at = environment.startsWith(prefix) ? 0 : environment.indexOf("\0" + prefix) + 1;
  if (at === 0 && !environment.startsWith(prefix)) return undefined;
  at += prefix.length;
  const end = environment.indexOf("\0", at);
  return environment.slice(at, end < 0 ? undefined : end);
}
