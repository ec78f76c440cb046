/** Whether somebody has read the file since it was last written; false where the file system does not note it. */
export function wasRead(path: string): boolean {
  try {
    const { atime, mtime } = Deno.lstatSync(path);
    return atime !== null && mtime !== null && atime > mtime;
  } catch {
    return false;
  }
}
