/**
 * Makes room at `path` without destroying what somebody put there, and returns where it is now; undefined when there
 * was nothing.
 */
export function moveAside(path: string, stamp: string): string | undefined {
  try {
    Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  for (let count = 1;; count++) {
    const target = `${path}.aside-${stamp}${count === 1 ? "" : `-${count}`}`;
    if (isThere(target)) continue;
    Deno.renameSync(path, target);
    return target;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
