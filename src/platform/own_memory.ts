import { openLibc } from "./libc.ts";

/** Our resident memory, in bytes. */
export function ownMemory(): number {
  if (Deno.build.os !== "linux") return Deno.memoryUsage().rss;
  // Deno's own answer also counts the heap, which takes a millisecond.
  return Number(Deno.readTextFileSync("/proc/self/statm").split(" ", 2)[1]) *
    openLibc().getpagesize();
}

/** Asked so, V8 also moves what is left together and gives its pages back; see its gc extension. */
const TO_THE_LAST = { type: "major", execution: "sync", flavor: "last-resort" } as const;

/**
 * Gives the system back all memory that we do not need: V8's where the build lets us ask (--expose-gc), and the C
 * library's. Takes 50 ms, 100 ms with thousands of jobs.
 */
export function collectGarbage(): void {
  (globalThis as { gc?: (how: typeof TO_THE_LAST) => void }).gc?.(TO_THE_LAST);
  openLibc().malloc_trim?.(0n);
}
