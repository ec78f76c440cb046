import { AppError } from "../../base/app_error.ts";
import { connectUnix } from "./connect_unix.ts";

/** What the system has for asking the kernel about a socket; each returns 0 when it goes well. */
export interface SocketSymbols {
  getsockopt?(
    fd: number,
    level: number,
    name: number,
    value: Uint32Array<ArrayBuffer>,
    size: Uint32Array<ArrayBuffer>,
  ): Uint8Array;
  getpeereid?(
    fd: number,
    uid: Uint32Array<ArrayBuffer>,
    gid: Uint32Array<ArrayBuffer>,
  ): Uint8Array;
}

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const SO_COOKIE = 57;
const UCRED_WORDS = 3;
const COOKIE_WORDS = 2;

/**
 * Connects where somebody else may have been before us, in a directory that he made and that was given to us: asks the
 * kernel who listens before anything is sent. Undefined when nobody listens.
 * @throws AppError `permission.wrong_user` when it is neither we nor root; else as `connectUnix` does
 */
export async function connectChecked(path: string): Promise<Deno.UnixConn | undefined> {
  const library = openLibrary();
  try {
    const before = new Set(ownDescriptors().map((fd) => cookieOf(fd, library.symbols)));
    const conn = await connectUnix(path);
    if (conn === undefined) return undefined;
    for (const fd of ownDescriptors()) {
      const cookie = cookieOf(fd, library.symbols);
      // Where there are none all count as new: of those that were there before, none leads to another user as a rule.
      if (cookie !== undefined && before.has(cookie)) continue;
      const uid = peerUid(fd, library.symbols);
      if (uid === undefined || uid === 0 || uid === Deno.uid()) continue;
      conn.close();
      throw wrongUser(path, uid);
    }
    return conn;
  } finally {
    library.close();
  }
}

/** The user at the other end of the connection `fd`, as he was when he began to listen; undefined for what is none. */
export function peerUid(fd: number, symbols: SocketSymbols): number | undefined {
  if (symbols.getpeereid !== undefined) {
    const uid = new Uint32Array(1);
    return isDone(symbols.getpeereid(fd, uid, new Uint32Array(1))) ? uid[0] : undefined;
  }
  // unix(7): struct ucred { pid, uid, gid }.
  const [pid, uid] = socketOption(fd, SO_PEERCRED, UCRED_WORDS, symbols) ?? [];
  return pid === 0 ? undefined : uid;
}

/** What the kernel calls a socket, and no other; undefined for what is none, and where sockets have no such name. */
function cookieOf(fd: number, symbols: SocketSymbols): string | undefined {
  return socketOption(fd, SO_COOKIE, COOKIE_WORDS, symbols)?.join();
}

function socketOption(
  fd: number,
  name: number,
  words: number,
  symbols: SocketSymbols,
): Uint32Array | undefined {
  if (symbols.getsockopt === undefined) return undefined;
  const value = new Uint32Array(words);
  const size = Uint32Array.of(value.byteLength);
  return isDone(symbols.getsockopt(fd, SOL_SOCKET, name, value, size)) ? value : undefined;
}

/** An `int` in the place where the platforms that we are built for return a structure of one, too. */
const INT = { struct: ["i32"] } as const;

function isDone(result: Uint8Array): boolean {
  return result.every((byte) => byte === 0);
}

/**
 * Not the whole library that the daemon uses. For what returns a number Deno would write machine code first, which takes
 * three times as long as all the rest; for a structure it does not.
 */
function openLibrary(): { readonly symbols: SocketSymbols; close(): void } {
  if (Deno.build.os === "darwin") {
    return Deno.dlopen("libSystem.dylib", {
      getpeereid: { parameters: ["i32", "buffer", "buffer"], result: INT },
    });
  }
  return Deno.dlopen("libc.so.6", {
    getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: INT },
  });
}

/** All our descriptors, and that of the directory that they were read from. */
function ownDescriptors(): number[] {
  const directory = Deno.build.os === "linux" ? "/proc/self/fd" : "/dev/fd";
  return [...Deno.readDirSync(directory)].map(({ name }) => Number(name));
}

function wrongUser(path: string, uid: number): AppError {
  const directory = path.slice(0, path.lastIndexOf("/"));
  return new AppError(
    "permission.wrong_user",
    `Will not talk to user ${uid}, who listens at ${JSON.stringify(path)}`,
    {
      hint: `Remove ${directory}, which he made, or set XDG_RUNTIME_DIR to a directory of your own`,
    },
  );
}
