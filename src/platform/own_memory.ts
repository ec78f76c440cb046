import { openLibc } from "./libc.ts";

/** Our resident memory, in bytes. */
export function ownMemory(): number {
  if (Deno.build.os !== "linux") return Deno.memoryUsage().rss;
  // Deno's own answer also counts the heap, which takes a millisecond.
  return Number(Deno.readTextFileSync("/proc/self/statm").split(" ", 2)[1]) *
    openLibc().getpagesize();
}
