import { openLibc } from "./libc.ts";

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SHUT_RDWR = 2;
/** unix(7): struct sockaddr_un { sa_family_t, char[108] }. */
const FAMILY_BYTES = 2;
const ADDRESS_BYTES = FAMILY_BYTES + 108;
const DESCRIPTORS = "/proc/self/fd";

/** A connection's descriptor, and its inode: when it is closed, the descriptor may soon be another's. */
const places = new WeakMap<object, { readonly fd: number; readonly inode: string }>();

/**
 * Knows which descriptor belongs to which connection of a listener: Deno does not tell, and some things can only be
 * done with it. Right after accept() the new connection's is the one that was not there before. Linux only.
 */
export class AcceptedSockets {
  readonly #boundPath: Uint8Array;
  #known = new Set<string>();

  /** To be made when the socket is bound at `boundPath` and nobody was accepted yet. */
  constructor(boundPath: string) {
    this.#boundPath = new TextEncoder().encode(boundPath);
    if (Deno.build.os === "linux") this.#known = new Set(openSockets().keys());
  }

  /** To be called with every connection before the next is accepted. */
  add(connection: object): void {
    if (Deno.build.os !== "linux") return;
    const sockets = openSockets();
    const added = [...sockets].filter(([inode, fd]) => !this.#known.has(inode) && this.#isOurs(fd));
    this.#known = new Set(sockets.keys());
    if (added.length === 1) places.set(connection, { inode: added[0]![0], fd: added[0]![1] });
  }

  #isOurs(fd: number): boolean {
    const address = new Uint8Array(ADDRESS_BYTES);
    const length = Uint32Array.of(ADDRESS_BYTES);
    if (openLibc().getsockname(fd, address, length) !== 0) return false;
    const name = address.subarray(FAMILY_BYTES, length[0]!);
    const path = this.#boundPath;
    return name.length >= path.length && path.every((byte, index) => byte === name[index]) &&
      (name[path.length] ?? 0) === 0;
  }
}

/** The descriptor of an accepted connection, while it is open; undefined where that cannot be known. */
export function descriptorOf(connection: object): number | undefined {
  const place = places.get(connection);
  if (place === undefined) return undefined;
  return socketInode(String(place.fd)) === place.inode ? place.fd : undefined;
}

/**
 * Ends an accepted connection at once in both directions, also while something is being written that the other side
 * does not read.
 */
export function shutDown(connection: object): void {
  const fd = descriptorOf(connection);
  if (fd !== undefined) openLibc().shutdown(fd, SHUT_RDWR);
}

/** Has the kernel keep about `bytes` at most for an accepted connection whose other side does not read. */
export function limitSendBuffer(connection: object, bytes: number): void {
  const fd = descriptorOf(connection);
  if (fd !== undefined) openLibc().setsockopt(fd, SOL_SOCKET, SO_SNDBUF, Int32Array.of(bytes), 4);
}

/** Descriptors of our sockets by inode. */
function openSockets(): Map<string, number> {
  const found = new Map<string, number>();
  for (const { name } of Deno.readDirSync(DESCRIPTORS)) {
    const inode = socketInode(name);
    if (inode !== undefined) found.set(inode, Number(name));
  }
  return found;
}

function socketInode(fd: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(Deno.readLinkSync(`${DESCRIPTORS}/${fd}`))?.[1];
  } catch {
    // Not open any more, like the one that reading the directory took.
    return undefined;
  }
}
