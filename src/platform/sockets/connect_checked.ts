import { AppError } from "../../base/app_error.ts";
import { connectUnix } from "./unix_socket.ts";

/** One of the two ways to ask the kernel who is at the other end of a connection. */
export interface PeerSymbols {
  getsockopt?(
    fd: number,
    level: number,
    name: number,
    value: Uint32Array<ArrayBuffer>,
    size: Uint32Array<ArrayBuffer>,
  ): Promise<number>;
  getpeereid?(
    fd: number,
    uid: Uint32Array<ArrayBuffer>,
    gid: Uint32Array<ArrayBuffer>,
  ): Promise<number>;
}

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const UCRED_WORDS = 3;

/**
 * Connects where somebody else may have been before us, in a directory that he made and that was given to us: asks the
 * kernel who listens before anything is sent. Undefined when nobody listens.
 * @throws AppError `permission.wrong_user` when it is neither we nor root; else as `connectUnix` does
 */
export async function connectChecked(path: string): Promise<Deno.UnixConn | undefined> {
  const before = openSockets();
  const conn = await connectUnix(path);
  if (conn === undefined) return undefined;
  try {
    for (const uid of await peersOf([...openSockets()].filter(([socket]) => !before.has(socket)))) {
      if (uid !== undefined && uid !== 0 && uid !== Deno.uid()) throw wrongUser(path, uid);
    }
    return conn;
  } catch (error) {
    conn.close();
    throw error;
  }
}

async function peersOf(sockets: readonly [string, number][]): Promise<(number | undefined)[]> {
  const library = openLibrary();
  try {
    return await Promise.all(sockets.map(([, fd]) => peerUid(fd, library.symbols)));
  } finally {
    library.close();
  }
}

/** The user at the other end of the connection `fd`, as he was when he began to listen; undefined for what is none. */
export async function peerUid(fd: number, symbols: PeerSymbols): Promise<number | undefined> {
  if (symbols.getpeereid !== undefined) {
    const uid = new Uint32Array(1);
    return await symbols.getpeereid(fd, uid, new Uint32Array(1)) === 0 ? uid[0] : undefined;
  }
  // unix(7): struct ucred { pid, uid, gid }.
  const credentials = new Uint32Array(UCRED_WORDS);
  const size = Uint32Array.of(credentials.byteLength);
  const result = await symbols.getsockopt!(fd, SOL_SOCKET, SO_PEERCRED, credentials, size);
  const [pid, uid] = credentials;
  return result === 0 && pid !== 0 ? uid : undefined;
}

/** Not the whole library that the daemon uses: calls that may wait are prepared six times as fast. */
function openLibrary(): { readonly symbols: PeerSymbols; close(): void } {
  if (Deno.build.os === "darwin") {
    return Deno.dlopen("libSystem.dylib", {
      getpeereid: { parameters: ["i32", "buffer", "buffer"], result: "i32", nonblocking: true },
    });
  }
  return Deno.dlopen("libc.so.6", {
    getsockopt: {
      parameters: ["i32", "i32", "i32", "buffer", "buffer"],
      result: "i32",
      nonblocking: true,
    },
  });
}

/**
 * Our descriptors by the sockets that they are: a number may have been that of the directory that was just read. Where
 * that is not to be known all count as new; of those that were there before, none leads to another user as a rule.
 */
function openSockets(): Map<string, number> {
  const found = new Map<string, number>();
  if (Deno.build.os !== "linux") {
    for (const { name } of Deno.readDirSync("/dev/fd")) {
      found.set(crypto.randomUUID(), Number(name));
    }
    return found;
  }
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    const target = linkAt(`/proc/self/fd/${name}`);
    if (target?.startsWith("socket:")) found.set(target, Number(name));
  }
  return found;
}

function linkAt(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    // Closed again: the one that reading the directory took.
    return undefined;
  }
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
