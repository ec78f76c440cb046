/**
 * Archives that are the same byte for byte wherever and whenever they are made of the same files: no times, no owners,
 * in a fixed order.
 */

/** A file of an archive. */
export interface ArchiveFile {
  /** Without the directory that all are in; at most 99 bytes with it. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

const BLOCK = 512;
const encoder = new TextEncoder();

/** The files as a tar archive (POSIX.1-1988 ustar), each in the directory `dir`. */
export function toTar(dir: string, files: readonly ArchiveFile[]): Uint8Array<ArrayBuffer> {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const parts = sorted.flatMap(({ path, content, mode }) => [
    toHeader({ path: `${dir}/${path}`, sizeBytes: content.length, mode }),
    content,
    new Uint8Array(-content.length & (BLOCK - 1)),
  ]);
  return concat([...parts, new Uint8Array(2 * BLOCK)]);
}

/** `tar` as a `.tar.gz`. */
export async function gzip(tar: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([tar]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** `tar` as a `.tar.zst`, packed at `level` (19 takes minutes); undefined where there is no `zstd`. */
export async function zstd(
  tar: Uint8Array<ArrayBuffer>,
  level: number,
): Promise<Uint8Array | undefined> {
  try {
    const child = new Deno.Command("zstd", {
      args: [`-${level}`, "--threads=0", "--quiet", "--stdout"],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const [, { code, stdout }] = await Promise.all([
      new Blob([tar]).stream().pipeTo(child.stdin),
      child.output(),
    ]);
    if (code !== 0) throw new Error(`zstd ended with ${code}`);
    return stdout;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function toHeader(
  { path, sizeBytes, mode }: { path: string; sizeBytes: number; mode: number },
): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const put = (offset: number, text: string) => header.set(encoder.encode(text), offset);
  if (encoder.encode(path).length > 99) throw new Error(`Too long for an archive: ${path}`);
  put(0, path);
  put(100, octal(mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(sizeBytes, 11));
  put(136, octal(0, 11));
  // The sum of all bytes, its own field taken for spaces.
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\0" + "00");
  put(148, `${octal(header.reduce((sum, byte) => sum + byte, 0), 6)}\0 `);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
