/** The paths of what this process has open; Linux only. */
export function openFiles(): string[] {
  const directory = "/proc/self/fd";
  return [...Deno.readDirSync(directory)].flatMap(({ name }) => {
    try {
      return [Deno.readLinkSync(`${directory}/${name}`)];
    } catch {
      // That which it was listed by is closed by now.
      return [];
    }
  });
}
