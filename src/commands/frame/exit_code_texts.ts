/** The exit codes that every command has which talks to the daemon. */
export const DAEMON_EXIT_CODES: Readonly<Record<number, string>> = {
  2: "wrong usage",
  5: "the daemon is newer and speaks another protocol",
  69: "the daemon could not be started or does not answer",
};

/** The same, and those of a command that names a job. */
export const JOB_EXIT_CODES: Readonly<Record<number, string>> = {
  ...DAEMON_EXIT_CODES,
  4: "no such job or run",
};

/** Those of `--wait`, which waits until a job is ready. */
export const WAIT_EXIT_CODES: Readonly<Record<number, string>> = {
  124: "--wait: TIME is over, or the job's time for becoming ready",
  130: "--wait: Ctrl+C; the job goes on",
};
