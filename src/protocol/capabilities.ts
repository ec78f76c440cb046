/** What a daemon of this build can do that one of an earlier release could not: a hello tells it. */
export const CAPABILITIES = [
  "events",
  "exec",
  "exec_stdin",
  "leases",
  "limits",
  "ports",
  "readiness",
  "schedule",
  "send_eof",
  "tty",
  "wait_any",
  "watch",
] as const;
export type Capability = (typeof CAPABILITIES)[number];
