/** Our own process id. */
export function currentPid(): number {
  return Deno.pid;
}
