import { openLibc } from "../libc.ts";

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
const SOL_SOCKET = 1;
const SO_SNDTIMEO = 21;
const MSG_NOSIGNAL = 0x4000;
const CLOCK_MONOTONIC = 1;
const MOST_PATH_BYTES = 107;
/** A service manager that does not read must not stop us. */
const SEND_TIMEOUT_S = 1n;

/**
 * Sends one datagram to the service manager's socket, a path or `@abstract` name (sd_notify(3)). False when nobody
 * received it, and for addresses of another kind. In plain Deno this would need a runtime newer than the one we ship.
 */
export function notify(text: string, socketName: string): boolean {
  if (Deno.build.os !== "linux") return false;
  const address = toSocketAddress(socketName);
  if (address === undefined) return false;
  const symbols = openLibc();
  const fd = symbols.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return false;
  try {
    const timeout = BigInt64Array.of(SEND_TIMEOUT_S, 0n);
    symbols.setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, timeout, timeout.byteLength);
    const message = new TextEncoder().encode(text);
    const sent = symbols.sendto(
      fd,
      message,
      BigInt(message.length),
      MSG_NOSIGNAL,
      address,
      address.length,
    );
    return Number(sent) === message.length;
  } finally {
    symbols.close(fd);
  }
}

/** CLOCK_MONOTONIC in microseconds, as systemd wants it with `RELOADING=1`; Deno's own clocks start at zero. */
export function monotonicUsec(): number {
  const time = new BigInt64Array(2);
  openLibc().clock_gettime(CLOCK_MONOTONIC, time);
  return Number(time[0]!) * 1_000_000 + Math.floor(Number(time[1]!) / 1_000);
}

/** struct sockaddr_un; an abstract name begins with a NUL and has none at its end. */
function toSocketAddress(name: string): Uint8Array<ArrayBuffer> | undefined {
  const isAbstract = name.startsWith("@");
  if (!isAbstract && !name.startsWith("/")) return undefined;
  const bytes = new TextEncoder().encode(isAbstract ? `\0${name.slice(1)}` : name);
  if (bytes.length > MOST_PATH_BYTES) return undefined;
  const address = new Uint8Array(2 + bytes.length + (isAbstract ? 0 : 1));
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(bytes, 2);
  return address;
}
