/** What differs when a file was written anew, or another one is in its place; `-` where none can be seen. */
export function fileStamp(path: string): string {
  const { stackTraceLimit } = Error;
  try {
    // Most of the time of a look at what is not there goes into a stack that nobody reads.
    Error.stackTraceLimit = 0;
    const { mtime, ctime, size, ino } = Deno.statSync(path);
    return [mtime?.getTime(), ctime?.getTime(), size, ino].join(":");
  } catch {
    return "-";
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
