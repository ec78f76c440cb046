import { readDarwinCommandLine } from "./darwin_processes.ts";

/** The arguments that a process was started with; empty when it is gone, a zombie, or may not be looked at. */
export function readCommandLine(pid: number): string[] {
  if (Deno.build.os !== "linux") return readDarwinCommandLine(pid) ?? [];
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").slice(0, -1);
  } catch {
    return [];
  }
}
