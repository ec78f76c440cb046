import { openLibc } from "./libc.ts";
import { openDescriptors } from "./peer_check.ts";

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
/** unix(7): struct sockaddr_un { sa_family_t, char[108] }. */
const FAMILY_BYTES = 2;
const ADDRESS_BYTES = FAMILY_BYTES + 108;

/**
 * Has the kernel hold about `bytes` at most for each peer that does not read, of those who connected to the socket that
 * was bound at `path`. Deno does not show a connection's descriptor, so it is found by its address. Linux only: macOS
 * has small buffers anyway.
 */
export function limitSendBuffers(path: string, bytes: number): void {
  if (Deno.build.os !== "linux") return;
  const libc = openLibc();
  const wanted = new TextEncoder().encode(path);
  const size = Int32Array.of(bytes);
  for (const fd of openDescriptors()) {
    if (isBoundTo(libc, fd, wanted)) libc.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, size, 4);
  }
}

function isBoundTo(libc: ReturnType<typeof openLibc>, fd: number, path: Uint8Array): boolean {
  const address = new Uint8Array(ADDRESS_BYTES);
  const length = Uint32Array.of(ADDRESS_BYTES);
  if (libc.getsockname(fd, address, length) !== 0) return false;
  const name = address.subarray(FAMILY_BYTES, length[0]!);
  return name.length >= path.length && path.every((byte, index) => byte === name[index]) &&
    (name[path.length] ?? 0) === 0;
}
