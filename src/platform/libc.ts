import { nameOfErrno, numberOfErrno } from "../base/errno.ts";

/**
 * The C library, for the few things that Deno has no words for. Opened at the first call, so that clients which
 * never need it do not pay for it. Names that only one of the platforms has are optional.
 */
const SYMBOLS = {
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  ioctlWithPointer: { name: "ioctl", parameters: ["i32", "u64", "buffer"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  mkfifo: { parameters: ["buffer", "u32"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  /** On a thread of its own: nobody of us waits meanwhile. */
  pollAside: {
    name: "poll",
    parameters: ["buffer", "usize", "i32"],
    result: "i32",
    nonblocking: true,
  },
  usleepAside: { name: "usleep", parameters: ["u32"], result: "i32", nonblocking: true },
  usleep: { parameters: ["u32"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  cfmakeraw: { parameters: ["buffer"], result: "void" },
  getpagesize: { parameters: [], result: "i32" },
  getpgid: { parameters: ["i32"], result: "i32" },
  getsid: { parameters: ["i32"], result: "i32" },
  waitpid: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  posix_spawn: {
    parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  posix_spawnattr_init: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_setflags: { parameters: ["buffer", "i16"], result: "i32" },
  posix_spawnattr_setsigdefault: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawnattr_setsigmask: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawn_file_actions_init: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_adddup2: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  // Missing in glibc before 2.29.
  posix_spawn_file_actions_addchdir_np: {
    parameters: ["buffer", "buffer"],
    result: "i32",
    optional: true,
  },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  sendto: {
    parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"],
    result: "isize",
  },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  // Linux
  __errno_location: { parameters: [], result: "pointer", optional: true },
  syscall: { parameters: ["i64", "i64", "i64", "i64", "i64"], result: "i64", optional: true },
  malloc_trim: { parameters: ["usize"], result: "i32", optional: true },
  /** Its third argument is variadic, which only Linux passes as any other. */
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32", optional: true },
  fallocate: { parameters: ["i32", "i32", "i64", "i64"], result: "i32", optional: true },
  prlimit: { parameters: ["i32", "i32", "buffer", "buffer"], result: "i32", optional: true },
  getpriority: { parameters: ["i32", "u32"], result: "i32", optional: true },
  setpriority: { parameters: ["i32", "u32", "i32"], result: "i32", optional: true },
  eventfd: { parameters: ["u32", "i32"], result: "i32", optional: true },
  inotify_init1: { parameters: ["i32"], result: "i32", optional: true },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32", optional: true },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32", optional: true },
  sched_getaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32", optional: true },
  sched_setaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32", optional: true },
  // macOS
  __error: { parameters: [], result: "pointer", optional: true },
  getpeereid: { parameters: ["i32", "buffer", "buffer"], result: "i32", optional: true },
  proc_listallpids: { parameters: ["buffer", "i32"], result: "i32", optional: true },
  proc_pidinfo: {
    parameters: ["i32", "i32", "u64", "buffer", "i32"],
    result: "i32",
    optional: true,
  },
  sysctl: {
    parameters: ["buffer", "u32", "buffer", "buffer", "pointer", "usize"],
    result: "i32",
    optional: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions that {@linkcode openLibc} knows. */
export type Libc = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;

const IS_LINUX = Deno.build.os === "linux";
const LIBRARY = IS_LINUX ? "libc.so.6" : "libSystem.dylib";

/** Arm numbers this one flag differently. */
const LINUX_NOFOLLOW = Deno.build.arch === "aarch64" ? 0x8000 : 0x20000;

/** Flags of open(2). */
export const OpenFlag = {
  readOnly: 0,
  writeOnly: 1,
  readWrite: 2,
  create: IS_LINUX ? 0x40 : 0x200,
  append: IS_LINUX ? 0x400 : 0x8,
  nonBlocking: IS_LINUX ? 0x800 : 0x4,
  noTerminal: IS_LINUX ? 0x100 : 0x20000,
  noFollow: IS_LINUX ? LINUX_NOFOLLOW : 0x100,
  closeOnExec: IS_LINUX ? 0x80000 : 0x1000000,
} as const;

let libc: Libc | undefined;
let errnoAt: Deno.UnsafePointerView | undefined;

/** The C library of this platform, opened once. */
export function openLibc(): Libc {
  libc ??= Deno.dlopen(LIBRARY, SYMBOLS).symbols;
  return libc;
}

/**
 * Why the C function just called failed; to be asked before anything else is called. Once in a million times the engine
 * has had to wait for a lock of its own in between, and has left EAGAIN there: see {@linkcode failureOf}.
 */
export function lastErrno(): number {
  if (errnoAt === undefined) {
    // The place belongs to the thread, and we only ever call from this one.
    const location = openLibc().__errno_location?.() ?? openLibc().__error?.();
    if (!location) return 0;
    errnoAt = new Deno.UnsafePointerView(location);
  }
  return errnoAt.getInt32();
}

/** Why a C function fails that may be called again when it does: for the reason that it gives twice. 0 when it succeeds. */
export function failureOf(call: () => number): number {
  let last = 0;
  while (call() < 0) {
    const errno = lastErrno();
    if (errno === last) return errno;
    last = errno;
  }
  return 0;
}

/** `ENOENT` for 2. */
export function errnoName(errno: number): string {
  return nameOfErrno(errno, IS_LINUX ? "linux" : "darwin");
}

/** The number of `ENOENT` and its kin on this platform. */
export function errnoOf(name: string): number {
  return numberOfErrno(name, IS_LINUX ? "linux" : "darwin");
}

const encoder = new TextEncoder();

/** A text as C takes it; the caller has seen to it that there is no NUL inside. */
export function toCString(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text + "\0");
}

/** Opens a descriptor that no process we spawn inherits; -1 on failure, with {@linkcode lastErrno} set. */
export function openDescriptor(path: string, flags: number, mode = 0o600): number {
  const creates = (flags & OpenFlag.create) !== 0;
  if (creates && !IS_LINUX) {
    // On Apple's arm64 a variadic argument travels elsewhere than we can put it, so open(2) gets none.
    try {
      Deno.openSync(path, { write: true, createNew: true, mode }).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
  const effective = creates && !IS_LINUX ? flags & ~OpenFlag.create : flags;
  // Read at once, so that the first look at errno does not itself come between.
  if (errnoAt === undefined) lastErrno();
  return openLibc().open(toCString(path), effective | OpenFlag.closeOnExec, mode);
}
