import { descriptorOf } from "./accepted_sockets.ts";
import { openLibc } from "../libc.ts";

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const UCRED_BYTES = 12;
/** What a socket without a peer says. */
const NOBODY_YET = 0xffffffff;

/**
 * Whether another user is at the other end of a connection that was just accepted; root may do everything anyway. Where
 * the connection's descriptor is not known all are asked: the new one is the only one that can be foreign.
 */
export function isForeignPeer(connection: object): boolean {
  const fd = descriptorOf(connection);
  return fd === undefined ? hasForeignPeer() : isForeign(fd);
}

/** Whether any of our sockets has another user at its other end. */
export function hasForeignPeer(): boolean {
  return openDescriptors().some(isForeign);
}

function isForeign(fd: number): boolean {
  const peer = Deno.build.os === "linux" ? readLinuxPeer(fd) : readDarwinPeer(fd);
  return peer !== undefined && peer !== 0 && peer !== Deno.uid();
}

function openDescriptors(): number[] {
  const directory = Deno.build.os === "linux" ? "/proc/self/fd" : "/dev/fd";
  return [...Deno.readDirSync(directory)].map((entry) => Number(entry.name));
}

/** unix(7): struct ucred { pid, uid, gid }, as they were when the peer connected. */
function readLinuxPeer(fd: number): number | undefined {
  const credentials = new Uint32Array(UCRED_BYTES / 4);
  const size = Uint32Array.of(UCRED_BYTES);
  const result = openLibc().getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, size);
  if (result !== 0 || credentials[1] === NOBODY_YET) return undefined;
  return credentials[1];
}

function readDarwinPeer(fd: number): number | undefined {
  const uid = new Uint32Array(1);
  const result = openLibc().getpeereid?.(fd, uid, new Uint32Array(1));
  return result === 0 ? uid[0] : undefined;
}
