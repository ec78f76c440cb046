/**
 * The signals that a shim outlives. They are caught, not ignored: an ignored signal would stay ignored in the job.
 * What is not here (KILL, the faults, the real-time signals) must not be sent to a shim.
 */
export const SHIM_CATCHES = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGABRT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGIO",
] as const;
