import { openLibc } from "../libc.ts";

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SHUT_RDWR = 2;
/** unix(7): struct sockaddr_un { sa_family_t, char[108] }. */
const FAMILY_BYTES = 2;
const ADDRESS_BYTES = FAMILY_BYTES + 108;
/** socket(7), since Linux 4.6: a number that no other socket of the system ever has. */
const SO_COOKIE = 57;
const DESCRIPTORS = "/proc/self/fd";
/** So many descriptors beyond the highest of ours are looked at before all are. */
const LOOK_BEYOND = 8;

/** A connection's descriptor, and which socket it was: when it is closed, the descriptor may soon be another's. */
interface Place {
  readonly fd: number;
  readonly cookie: bigint;
}

const places = new WeakMap<object, Place>();
/** Of every listener: the sockets by descriptor that stay open until we close them, whatever their other side does, */
const open = new Map<number, bigint>();
/** and those that we have shut down, which may be there for a while. */
const closing = new Map<number, bigint>();
let highest = 0;

/**
 * Knows which descriptor belongs to which connection of a listener: Deno does not tell, and some things can only be
 * done with it. Right after accept() the new connection's is the one that is bound to our path and not known yet. It is
 * looked for where it is likely to be, so that accepting costs the same however many connections there are. Linux only.
 */
export class AcceptedSockets {
  readonly #boundPath: Uint8Array;

  /** To be made when the socket is bound at `boundPath` and nobody was accepted yet. */
  constructor(boundPath: string) {
    this.#boundPath = new TextEncoder().encode(boundPath);
    if (Deno.build.os !== "linux") return;
    // The listener itself, which is bound to it, too.
    for (const place of this.#unknownAmong(openDescriptors())) open.set(place.fd, place.cookie);
  }

  /** To be called with every connection before the next is accepted. */
  add(connection: object): void {
    if (Deno.build.os !== "linux") return;
    const place = this.#findNew();
    if (place === undefined) return;
    places.set(connection, place);
    open.set(place.fd, place.cookie);
    highest = Math.max(highest, place.fd);
  }

  #findNew(): Place | undefined {
    const beyond = Array.from({ length: LOOK_BEYOND }, (_, index) => highest + 1 + index);
    for (const candidates of [() => closing.keys(), () => beyond, openDescriptors]) {
      for (const place of this.#unknownAmong(candidates())) return place;
    }
    return undefined;
  }

  *#unknownAmong(descriptors: Iterable<number>): Generator<Place> {
    for (const fd of descriptors) {
      const cookie = cookieOf(fd);
      for (const known of [open, closing]) {
        if (known.get(fd) !== cookie) known.delete(fd);
      }
      const isNew = !open.has(fd) && !closing.has(fd);
      if (cookie === undefined || !isNew || !this.#isOurs(fd)) continue;
      yield { fd, cookie };
    }
  }

  #isOurs(fd: number): boolean {
    length[0] = ADDRESS_BYTES;
    if (openLibc().getsockname(fd, address, length) !== 0) return false;
    const path = this.#boundPath;
    const end = FAMILY_BYTES + path.length;
    if (length[0] < end || (length[0] > end && address[end] !== 0)) return false;
    return path.every((byte, index) => byte === address[FAMILY_BYTES + index]);
  }
}

// Used again and again: this is asked of many descriptors.
const address = new Uint8Array(ADDRESS_BYTES);
const length = Uint32Array.of(ADDRESS_BYTES);
const cookie = new BigUint64Array(1);
const cookieLength = Uint32Array.of(cookie.byteLength);

function cookieOf(fd: number): bigint | undefined {
  cookieLength[0] = cookie.byteLength;
  const result = openLibc().getsockopt(fd, SOL_SOCKET, SO_COOKIE, cookie, cookieLength);
  return result === 0 ? cookie[0] : undefined;
}

function openDescriptors(): number[] {
  return [...Deno.readDirSync(DESCRIPTORS)].map(({ name }) => Number(name));
}

/** The descriptor of an accepted connection, while it is open; undefined where that cannot be known. */
export function descriptorOf(connection: object): number | undefined {
  const place = places.get(connection);
  if (place === undefined) return undefined;
  return cookieOf(place.fd) === place.cookie ? place.fd : undefined;
}

/**
 * Ends an accepted connection at once in both directions, also while something is being written that the other side
 * does not read. To be closed right after it.
 */
export function shutDown(connection: object): void {
  const fd = descriptorOf(connection);
  if (fd === undefined) return;
  openLibc().shutdown(fd, SHUT_RDWR);
  closing.set(fd, open.get(fd)!);
  open.delete(fd);
}

/**
 * Has the kernel keep about `bytes` at most for an accepted connection whose other side does not read; fewer, where the
 * system allows no more (`net.core.wmem_max`).
 */
export function setSendBuffer(connection: object, bytes: number): void {
  const fd = descriptorOf(connection);
  if (fd !== undefined) openLibc().setsockopt(fd, SOL_SOCKET, SO_SNDBUF, Int32Array.of(bytes), 4);
}
