/** The most bytes a file may have that we write (`ulimit -f`), Infinity where there is no limit or it is not known. */
export function fileSizeLimit(): number {
  try {
    const limits = Deno.readTextFileSync("/proc/self/limits");
    return Number(/^Max file size\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}
