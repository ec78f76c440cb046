/** The names in a directory; none when it is not there or cannot be read. */
export function directoryEntries(path: string): string[] {
  try {
    return Array.from(Deno.readDirSync(path), (entry) => entry.name);
  } catch {
    return [];
  }
}
