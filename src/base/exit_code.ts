/**
 * What the process says to its caller when it ends. The numbers are part of the contract with scripts:
 * 69, 70 and 77 are sysexits.h's UNAVAILABLE, SOFTWARE and NOPERM; 124 to 127 are those of timeout(1), env(1)
 * and the shell.
 */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  noSuchJob: 4,
  versionMismatch: 5,
  conflict: 6,
  unavailable: 69,
  bug: 70,
  notPermitted: 77,
  timedOut: 124,
  handlerFailed: 125,
  notExecutable: 126,
  commandNotFound: 127,
  interrupted: 130,
} as const;
