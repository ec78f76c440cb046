/** What the marks of a job that we are in are called; no other part of imp may take them for a choice of the user's. */
export const JOB_MARKS = [
  "IMP_JOB_DAEMON_ID",
  "IMP_JOB_ID",
  "IMP_RUN_ID",
  "IMP_STATE_DIR",
] as const;

/** The mark of a daemon that a client started: where that client is in a job, the daemon is no part of it. */
export const DAEMON_MARK = "IMP_IS_DAEMON";

/** What the marks of a job that we are in are looked up with. */
type Lookup = (name: string) => string | undefined;

/**
 * Whether `IMP_DAEMON_ID` was set by a daemon of imp 0.1 as a mark of its job, and not by the user: then it is the
 * name of the state directory that the other marks tell, and the mark that later builds set instead is missing.
 */
export function isDaemonIdMark(env: Lookup): boolean {
  const id = env("IMP_DAEMON_ID");
  if (!id || env("IMP_JOB_DAEMON_ID") !== undefined || env("IMP_RUN_ID") === undefined) {
    return false;
  }
  return env("IMP_STATE_DIR")?.endsWith(`/${id}`) === true;
}

/** An environment without the marks of the job in which it was taken: what is started in it is no part of that job. */
export function withoutMarks(env: Readonly<Record<string, string>>): Record<string, string> {
  const own = { ...env };
  if (isDaemonIdMark((name) => env[name])) delete own.IMP_DAEMON_ID;
  for (const name of [...JOB_MARKS, DAEMON_MARK]) delete own[name];
  return own;
}
