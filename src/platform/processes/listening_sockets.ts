import { openLibc } from "../libc.ts";
import { formatAddress, type ListeningSocket, readSocketTables } from "./socket_tables.ts";

const AF_NETLINK = 16;
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST_DUMP = 0x1 | 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const AF_INET = 2;
const AF_INET6 = 10;
const IPPROTO_TCP = 6;
const TCP_LISTEN = 10;
const MSG_DONTWAIT = 0x40;

/** struct nlmsghdr { len u32, type u16, flags u16, seq u32, pid u32 }. */
const HEADER_BYTES = 16;
/** struct inet_diag_req_v2 { family u8, protocol u8, ext u8, pad u8, states u32, id[48] }. */
const REQUEST_BYTES = 56;
/** struct inet_diag_msg: the family, the local port (big-endian), its address, user and inode are at these places. */
const FAMILY_AT = 0;
const PORT_AT = 4;
const ADDRESS_AT = 8;
const USER_AT = 64;
const INODE_AT = 68;
const MESSAGE_BYTES = 72;
const RECEIVE_BYTES = 32 * 1024;

/**
 * All TCP sockets that listen, as sock_diag(7) has them; where it has not, as /proc/net/tcp has. That tells the same, but a
 * look at it walks all connections that there could be, which takes milliseconds.
 */
export function listListeningSockets(): ListeningSocket[] {
  const found: ListeningSocket[] = [];
  return dumpAll((view, at) => found.push(toSocket(view, at))) ? found : readSocketTables();
}

function toSocket(view: DataView, at: number): ListeningSocket {
  const isWide = view.getUint8(at + FAMILY_AT) === AF_INET6;
  return {
    inode: String(view.getUint32(at + INODE_AT, true)),
    port: view.getUint16(at + PORT_AT),
    address: formatAddress(
      new Uint8Array(view.buffer, view.byteOffset + at + ADDRESS_AT, isWide ? 16 : 4),
    ),
    uid: view.getUint32(at + USER_AT, true),
  };
}

/** Told of a struct inet_diag_msg and where it is. */
type Take = (view: DataView, at: number) => void;

/** False when the system did not tell all of them. */
function dumpAll(take: Take): boolean {
  const fd = openLibc().socket(AF_NETLINK, SOCK_DGRAM_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) return false;
  try {
    return [AF_INET, AF_INET6].every((family) => dumpListeners(fd, family, take));
  } finally {
    openLibc().close(fd);
  }
}

function dumpListeners(fd: number, family: number, take: Take): boolean {
  const request = toRequest(family);
  const libc = openLibc();
  const sent = libc.sendto(fd, request, BigInt(request.length), 0, null, 0);
  if (Number(sent) !== request.length) return false;
  const buffer = new Uint8Array(RECEIVE_BYTES);
  for (;;) {
    const count = Number(libc.recv(fd, buffer, BigInt(buffer.length), MSG_DONTWAIT));
    if (count < HEADER_BYTES) return false;
    const end = parseMessages(buffer.subarray(0, count), take);
    if (end !== undefined) return end === NLMSG_DONE;
  }
}

function toRequest(family: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + REQUEST_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, true);
  view.setUint16(6, NLM_F_REQUEST_DUMP, true);
  view.setUint8(HEADER_BYTES, family);
  view.setUint8(HEADER_BYTES + 1, IPPROTO_TCP);
  view.setUint32(HEADER_BYTES + 4, 1 << TCP_LISTEN, true);
  return bytes;
}

/** Tells of each of the messages; returns the type of the one that ends the dump, if it is there. */
function parseMessages(bytes: Uint8Array, take: Take): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const length = view.getUint32(at, true);
    const type = view.getUint16(at + 4, true);
    if (type === NLMSG_DONE || type === NLMSG_ERROR || length < HEADER_BYTES) return type;
    const body = at + HEADER_BYTES;
    if (body + MESSAGE_BYTES <= bytes.length) take(view, body);
    at += (length + 3) & ~3;
  }
  return undefined;
}
