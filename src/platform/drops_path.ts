/** Where the keeper of a stream writes what it had to drop. */
export function dropsPathOf(logPath: string): string {
  return logPath.replace(/\.log$/, "") + ".drops";
}
