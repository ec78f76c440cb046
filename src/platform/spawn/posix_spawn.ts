import { openLibc, toCString } from "../libc.ts";
import { addOwnChild } from "../own_children.ts";

/** What {@linkcode posixSpawn} starts. */
export interface PosixSpawnOptions {
  /** Absolute. */
  readonly file: string;
  readonly argv: readonly string[];
  /** All of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly cwd: string;
  /**
   * Which of our descriptors is which of the child's; it has no others. Where the child's number is that of one of ours
   * that comes later, the later one would be overwritten before its turn: see {@linkcode LEAST_FREE}.
   */
  readonly descriptors: readonly (readonly [ours: number, theirs: number])[];
}

/** Ours that are at least this are never in the way of a child's. */
export const LEAST_FREE = 10;

/** Sizes with room to spare: glibc's are 336, 80 and 128 bytes, macOS keeps pointers. */
const SPAWN_ATTRIBUTES_BYTES = 512;
const FILE_ACTIONS_BYTES = 256;
const SIGNAL_SET_BYTES = 128;

const IS_LINUX = Deno.build.os === "linux";
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = IS_LINUX ? 0x80 : 0x400;
const CLOEXEC_DEFAULT = IS_LINUX ? 0 : 0x4000;

/**
 * Starts a program in a session of its own, with every signal as it is by default and none blocked, and takes its exit
 * for ours. Throws nothing: why it could not be started is in `errno`, which is 0 when it was.
 */
export function posixSpawn(options: PosixSpawnOptions): { pid: number; errno: number } {
  const symbols = openLibc();
  const argv = toPointers(options.argv);
  const envp = toPointers(
    Object.entries({ ...options.env, PWD: options.cwd }).map(([name, value]) => `${name}=${value}`),
  );
  const attributes = new Uint8Array(SPAWN_ATTRIBUTES_BYTES);
  const actions = new Uint8Array(FILE_ACTIONS_BYTES);
  const signals = new Uint8Array(SIGNAL_SET_BYTES);
  const pid = new Int32Array(1);
  symbols.posix_spawnattr_init(attributes);
  symbols.posix_spawn_file_actions_init(actions);
  try {
    symbols.posix_spawnattr_setflags(attributes, SETSID | SETSIGDEF | SETSIGMASK | CLOEXEC_DEFAULT);
    symbols.posix_spawnattr_setsigmask(attributes, signals);
    // Not sigfillset(3): it leaves out two that glibc keeps for itself, which would then be ignored in the child.
    symbols.posix_spawnattr_setsigdefault(attributes, signals.fill(0xff));
    for (const [ours, theirs] of options.descriptors) {
      symbols.posix_spawn_file_actions_adddup2(actions, ours, theirs);
    }
    symbols.posix_spawn_file_actions_addchdir_np?.(actions, toCString(options.cwd));
    const file = toCString(options.file);
    const spawn = () =>
      symbols.posix_spawn(pid, file, actions, attributes, argv.pointers, envp.pointers);
    const hasChdir = symbols.posix_spawn_file_actions_addchdir_np !== undefined &&
      symbols.posix_spawn_file_actions_addchdir_np !== null;
    const errno = hasChdir ? spawn() : runIn(options.cwd, spawn);
    if (errno === 0) addOwnChild(pid[0]!);
    return { pid: pid[0]!, errno };
  } finally {
    symbols.posix_spawn_file_actions_destroy(actions);
    symbols.posix_spawnattr_destroy(attributes);
  }
}

/** Nothing else of ours runs meanwhile: it is one synchronous call. */
function runIn<T>(directory: string, call: () => T): T {
  const before = Deno.cwd();
  Deno.chdir(directory);
  try {
    return call();
  } finally {
    Deno.chdir(before);
  }
}

/** A NULL-terminated array of C strings; `texts` must stay referenced as long as it is used. */
function toPointers(texts: readonly string[]): {
  pointers: BigUint64Array<ArrayBuffer>;
  texts: Uint8Array;
} {
  const bytes = new TextEncoder().encode(texts.map((text) => text + "\0").join(""));
  const pointers = new BigUint64Array(texts.length + 1);
  const base = Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
  let start = 0;
  for (let index = 0; index < texts.length; index++) {
    pointers[index] = base + BigInt(start);
    start = bytes.indexOf(0, start) + 1;
  }
  return { pointers, texts: bytes };
}
