import { openLibc } from "./libc.ts";

/** Our resident memory, in bytes. */
export function ownMemory(): number {
  if (Deno.build.os !== "linux") return Deno.memoryUsage().rss;
  // Deno's own answer also counts the heap, which takes a millisecond.
  return Number(Deno.readTextFileSync("/proc/self/statm").split(" ", 2)[1]) *
    openLibc().getpagesize();
}

/** Has V8 collect all garbage now, where the build lets us ask (--expose-gc); takes some 20 ms. */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
