const BLOCK = 512;
const decoder = new TextDecoder();

/**
 * The content of the regular file at `path` in a tar archive (POSIX.1-1988 ustar), a view of `tar`; undefined when there
 * is none, or only a part of it.
 */
export function fileInTar(
  tar: Uint8Array<ArrayBuffer>,
  path: string,
): Uint8Array<ArrayBuffer> | undefined {
  for (let offset = 0; offset + BLOCK <= tar.length;) {
    const header = tar.subarray(offset, offset + BLOCK);
    const name = textAt(header, 0, 100);
    const sizeBytes = parseInt(textAt(header, 124, 12), 8);
    // Two empty blocks are the end; what has no size is no archive.
    if (name === "" || Number.isNaN(sizeBytes)) return undefined;
    const start = offset + BLOCK;
    const isFile = header[156] === "0".charCodeAt(0) || header[156] === 0;
    if (isFile && name === path) {
      return start + sizeBytes <= tar.length ? tar.subarray(start, start + sizeBytes) : undefined;
    }
    offset = start + Math.ceil(sizeBytes / BLOCK) * BLOCK;
  }
  return undefined;
}

function textAt(header: Uint8Array, offset: number, length: number): string {
  return decoder.decode(header.subarray(offset, offset + length)).replace(/\0.*$/s, "").trim();
}
