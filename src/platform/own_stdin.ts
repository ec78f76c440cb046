import type { Libc } from "./libc.ts";

/** What can be seen of our stdin without reading it. */
export interface StdinLook {
  /** /dev/null: nothing was meant to be read. It also stands for a stdin that was closed. */
  readonly isNothing: boolean;
  /** There is something to be read, now and for us: not what others read in turns with us, as in a loop over a file. */
  readonly hasBytes: boolean;
}

const STDIN = 0;
const NOTHING: StdinLook = { isNothing: true, hasBytes: false };
const SEEK_CURRENT = 1;
const POLL_IN = 1;
const PEEK = 2;
const DO_NOT_WAIT = Deno.build.os === "linux" ? 0x40 : 0x80;

/** Looks at our stdin; takes microseconds, and nothing away. */
export async function lookAtStdin(): Promise<StdinLook> {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(`/dev/fd/${STDIN}`);
  } catch {
    return NOTHING;
  }
  if (info.isCharDevice && info.rdev === Deno.statSync("/dev/null").rdev) return NOTHING;
  return { isNothing: false, hasBytes: await hasBytes(info) };
}

async function hasBytes(info: Deno.FileInfo): Promise<boolean> {
  if (info.isFile) return info.size > 0 && await isAtBegin();
  if (info.isFifo) return Deno.build.os === "linux" ? await isReadable() : info.size > 0;
  if (info.isSocket) return await peek() > 0;
  // What is typed ahead is the shell's.
  return info.isCharDevice === true && !Deno.stdin.isTerminal();
}

async function isAtBegin(): Promise<boolean> {
  return (await libc()).lseek(STDIN, 0n, SEEK_CURRENT) === 0n;
}

/** Linux tells a pipe's end otherwise. */
async function isReadable(): Promise<boolean> {
  // struct pollfd
  const entry = new Uint8Array(8);
  const view = new DataView(entry.buffer);
  view.setInt32(0, STDIN, true);
  view.setInt16(4, POLL_IN, true);
  return (await libc()).poll(entry, 1n, 0) === 1 && (view.getInt16(6, true) & POLL_IN) !== 0;
}

/** How many bytes there are, of one; 0 also at its end. */
async function peek(): Promise<number> {
  return Number((await libc()).recv(STDIN, new Uint8Array(1), 1n, PEEK | DO_NOT_WAIT));
}

/** Nobody needs it for a stdin with nothing on it. */
async function libc(): Promise<Libc> {
  return (await import("./libc.ts")).openLibc();
}
