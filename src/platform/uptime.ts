/**
 * How long the machine is up, in milliseconds, the time that it slept included: unlike the time of day nobody sets it,
 * unlike a timer it does not stand still while a laptop is shut.
 */
export function uptimeMs(): number {
  // Linux tells hundredths of a second, Deno whole ones.
  if (Deno.build.os !== "linux") return Deno.osUptime() * 1_000;
  return Number(Deno.readTextFileSync("/proc/uptime").split(" ", 1)[0]) * 1_000;
}
