import { AppError } from "../base/app_error.ts";
import type { Surroundings } from "../base/surroundings.ts";
import {
  errnoName,
  errnoOf,
  lastErrno,
  type Libc,
  openDescriptor,
  OpenFlag,
  openLibc,
  toCString,
} from "./libc.ts";
import { planForJob, withCpus } from "./job_surroundings.ts";
import { addOwnChild } from "./own_children.ts";
import { bootId, type ProcessIdentity } from "./process_identity.ts";
import { readProcess } from "./process_table.ts";
import { SHIM } from "./shim.ts";

export { resolveCommand } from "./resolve_command.ts";

/** What {@linkcode spawnRun} needs; the caller made `runDir` with the marker `queued` in it. */
export interface SpawnRunOptions {
  /** Absolute; the shim renames `queued` → `run` → `exit.<code>` in it. */
  readonly runDir: string;
  /** The command with its arguments; the first is what `commandWord` makes of an executable that is there. */
  readonly command: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** All of the job's environment; only `PWD` is set to `cwd`. */
  readonly env: Readonly<Record<string, string>>;
  readonly umask: number;
  /** What the system lends it beside that; ours where it is not said. */
  readonly surroundings?: Surroundings | null | undefined;
  readonly stdoutPath: string;
  readonly stderrPath: string;
  /** A FIFO, made when missing, that is never at its end by itself; without it stdin is /dev/null. */
  readonly stdinPath?: string | undefined;
}

/** A shim that was started; it may have ended by now. */
export interface SpawnedShim {
  readonly shimPid: number;
  readonly shim: ProcessIdentity;
}

/** Sizes with room to spare: glibc's are 336, 80 and 128 bytes, macOS keeps pointers. */
const SPAWN_ATTRIBUTES_BYTES = 512;
const FILE_ACTIONS_BYTES = 256;
const SIGNAL_SET_BYTES = 128;

const IS_LINUX = Deno.build.os === "linux";
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = IS_LINUX ? 0x80 : 0x400;
const CLOEXEC_DEFAULT = IS_LINUX ? 0 : 0x4000;

const LOCK_SHARED_NOW = 1 | 4;
const LOCK_EXCLUSIVE_NOW = 2 | 4;
const MOST_LOCK_TRIES = 1_000;
const LOCK_PAUSE_US = 1_000;

const ACCESS_EXECUTE = 1;

const SHELL = "/bin/sh";
/** Unlike dash, bash hands on variables that no shell can name, such as `spring.datasource.url`. */
const SHELL_FOR_ODD_NAMES = "/bin/bash";
const SHELL_VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Starts one run in a session of its own, through the shim, its output straight onto its files. The open
 * descriptions of both are locked (flock) before: whoever of the run lives and has not closed them, holds the locks.
 * @throws AppError `job.spawn_failed`
 */
export function spawnRun(options: SpawnRunOptions): SpawnedShim {
  refuseNul(options);
  refuseBadDirectory(options.cwd);
  const symbols = openLibc();
  const opened: number[] = [];
  const keep = (fd: number) => {
    opened.push(fd);
    return fd;
  };
  try {
    const stdin = keep(openStdin(options.stdinPath));
    const stdout = keep(openOutput(options.stdoutPath));
    lockOutput(stdout, options.stdoutPath);
    const stderr = keep(openOutput(options.stderrPath));
    lockOutput(stderr, options.stderrPath);
    const shimPid = spawnShim(symbols, options, [stdin, stdout, stderr]);
    // Also that of one that has ended already: nobody but us can take its exit, so it is at least a zombie.
    const startTime = readProcess(shimPid)?.startTime ?? "";
    return { shimPid, shim: { pid: shimPid, startTime, bootId: bootId() } };
  } finally {
    for (const fd of opened) symbols.close(fd);
  }
}

function spawnShim(symbols: Libc, options: SpawnRunOptions, stdio: readonly number[]): number {
  const shell = shellFor(options.env);
  const plan = planForJob(options.surroundings);
  const argv = toPointers([
    "sh",
    "-c",
    SHIM,
    "imp-shim",
    options.runDir,
    `${options.umask.toString(8).padStart(4, "0")}\n${plan.setup}`,
    ...options.command,
  ]);
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
    // Not sigfillset(3): it leaves out two that glibc keeps for itself, which would then be ignored in the job.
    symbols.posix_spawnattr_setsigdefault(attributes, signals.fill(0xff));
    stdio.forEach((fd, target) => {
      symbols.posix_spawn_file_actions_adddup2(actions, fd, target);
    });
    symbols.posix_spawn_file_actions_addchdir_np?.(actions, toCString(options.cwd));
    const spawn = () =>
      symbols.posix_spawn(
        pid,
        toCString(shell),
        actions,
        attributes,
        argv.pointers,
        envp.pointers,
      );
    const errno = withCpus(
      plan,
      () => symbols.posix_spawn_file_actions_addchdir_np ? spawn() : runIn(options.cwd, spawn),
    );
    if (errno !== 0) throw spawnFailure(errno, options);
    addOwnChild(pid[0]!);
    return pid[0]!;
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

function shellFor(env: Readonly<Record<string, string>>): string {
  if (Object.keys(env).every((name) => SHELL_VARIABLE.test(name))) return SHELL;
  return openLibc().access(toCString(SHELL_FOR_ODD_NAMES), ACCESS_EXECUTE) === 0
    ? SHELL_FOR_ODD_NAMES
    : SHELL;
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

function openStdin(path: string | undefined): number {
  if (path === undefined) return openOrThrow("/dev/null", OpenFlag.readOnly);
  if (openLibc().mkfifo(toCString(path), 0o600) !== 0 && !isFifo(path)) {
    throw failure(`"${path}" is there and is no FIFO`);
  }
  // Also for writing: so it opens without a writer, and one writer's end is not the end of the job's stdin.
  return openOrThrow(path, OpenFlag.readWrite | OpenFlag.noFollow);
}

function isFifo(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFifo === true;
  } catch {
    return false;
  }
}

function openOutput(path: string): number {
  // Looked at first, because opening a FIFO would wait for its reader.
  if (isNoRegularFile(path)) throw failure(`its output file "${path}" is no regular file`);
  const flags = OpenFlag.writeOnly | OpenFlag.create | OpenFlag.append | OpenFlag.noFollow;
  return openOrThrow(path, flags);
}

function isNoRegularFile(path: string): boolean {
  try {
    return !Deno.lstatSync(path).isFile;
  } catch {
    return false;
  }
}

function openOrThrow(path: string, flags: number): number {
  const fd = openDescriptor(path, flags);
  if (fd < 0) throw failure(`cannot open "${path}" (${errnoName(lastErrno())})`);
  return fd;
}

function lockOutput(fd: number, path: string): void {
  const symbols = openLibc();
  for (let left = MOST_LOCK_TRIES; left > 0; left--) {
    if (symbols.flock(fd, LOCK_EXCLUSIVE_NOW) === 0) return;
    const errno = lastErrno();
    if (errno !== errnoOf("EWOULDBLOCK")) {
      throw failure(`cannot lock its output file "${path}" (${errnoName(errno)})`);
    }
    // What can be shared is held by somebody who only looks, and not for long.
    if (symbols.flock(fd, LOCK_SHARED_NOW) !== 0) break;
    symbols.usleep(LOCK_PAUSE_US);
  }
  throw failure(`another process still writes to "${path}"`);
}

function refuseNul(options: SpawnRunOptions): void {
  const texts = [
    options.runDir,
    options.cwd,
    options.stdoutPath,
    options.stderrPath,
    options.stdinPath ?? "",
    ...options.command,
    ...Object.keys(options.env),
  ];
  if (texts.some((text) => text.includes("\0"))) throw failure("its definition contains a NUL");
  for (const [name, value] of Object.entries(options.env)) {
    // Never the value: it may be a secret.
    if (value.includes("\0")) throw failure(`environment variable "${name}" contains a NUL`);
    if (name === "" || name.includes("=")) {
      throw failure(`"${name}" cannot be the name of an environment variable`);
    }
  }
}

function refuseBadDirectory(cwd: string): void {
  const why = whyBadDirectory(cwd);
  if (why !== undefined) {
    throw failure(`working directory "${cwd}" ${why}`, "Choose another one with --cwd");
  }
}

function whyBadDirectory(cwd: string): string | undefined {
  try {
    if (!Deno.statSync(cwd).isDirectory) return "is not a directory";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "does not exist";
    return "cannot be entered";
  }
  return openLibc().access(toCString(cwd), ACCESS_EXECUTE) === 0 ? undefined : "cannot be entered";
}

function spawnFailure(errno: number, options: SpawnRunOptions): AppError {
  const name = errnoName(errno);
  // It may have gone since it was looked at; posix_spawn reports only a number.
  const why = whyBadDirectory(options.cwd);
  if (why !== undefined) return failure(`working directory "${options.cwd}" ${why} (${name})`);
  if (name === "E2BIG") {
    return failure("its arguments and environment are too large (E2BIG)", "Shorten them");
  }
  if (name === "EAGAIN" || name === "ENOMEM") {
    return failure(`the system allows no more processes (${name})`, "See `ulimit -u`");
  }
  return failure(`"${SHELL}" cannot be started (${name})`);
}

function failure(why: string, hint?: string): AppError {
  return new AppError("job.spawn_failed", `Cannot start the command: ${why}`, { hint });
}
