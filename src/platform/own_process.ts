/** Our own process id. */
export function currentPid(): number {
  return Deno.pid;
}

/** Our resident memory, in bytes. */
export function memoryUsage(): number {
  return Deno.memoryUsage().rss;
}
