const buffer = new Uint8Array(1_024);
const decoder = new TextDecoder();

/**
 * A file of /proc as text, by one read where it is short, as those of a process's figures are: they are read by the
 * hundred, and to be asked for their size and their end takes as long again.
 * @throws what the platform throws
 */
export function readProcFile(path: string): string {
  using file = Deno.openSync(path);
  const count = file.readSync(buffer) ?? 0;
  if (count === buffer.length) return Deno.readTextFileSync(path);
  return decoder.decode(buffer.subarray(0, count));
}
