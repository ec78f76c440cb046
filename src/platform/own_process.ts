/** The words that we were called with. */
export function ownArguments(): readonly string[] {
  return Deno.args;
}

/** Our own process id. */
export function currentPid(): number {
  return Deno.pid;
}
