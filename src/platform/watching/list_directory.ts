/** What is in a directory; links are not followed. */
export interface ListedEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/**
 * Lists a directory; undefined when it is not there or may not be read. Without another thread: on a busy machine a
 * thousand of them took twelve times as long with one, and longer still with several.
 */
export function listDirectory(path: string): ListedEntry[] | undefined {
  try {
    return Array.from(
      Deno.readDirSync(path),
      ({ name, isDirectory }) => ({ name, isDirectory }),
    );
  } catch {
    return undefined;
  }
}
