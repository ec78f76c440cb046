/** Whether two paths lead to one directory; one that is not there is only the same as itself. */
export function isSameDirectory(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    const [a, b] = [Deno.statSync(one), Deno.statSync(other)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false;
  }
}
