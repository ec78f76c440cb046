import type { AppError } from "../../base/app_error.ts";
import type { Surroundings } from "../../base/surroundings.ts";
import type { TerminalSize } from "../../base/terminal_size.ts";
import { join } from "@std/path/posix";
import { Descriptors } from "./descriptors.ts";
import { planForJob, withCpus } from "./job_surroundings.ts";
import { dropsPathOf } from "../drops_path.ts";
import {
  keeperMark,
  type KeeperOptions,
  type KeptStream,
  noteOwnKeeper,
  spawnHolder,
  spawnKeeper,
} from "./keeper.ts";
import { errnoName, openLibc, toCString } from "../libc.ts";
import { openLockedOutput } from "./locked_output.ts";
import { addBehindChild, noteStartTime } from "../own_children.ts";
import { openOutputPipe, type OutputPipe } from "./output_pipe.ts";
import { posixSpawn, type PosixSpawnOptions } from "./posix_spawn.ts";
import { bootId, type ProcessIdentity } from "../processes/process_identity.ts";
import { readProcess } from "../processes/process_table.ts";
import { openRunStdin } from "./run_stdin.ts";
import { LIFELINE_END, PIPE_ENDS, SHIM } from "./shim.ts";
import { spawnFailed } from "./spawn_failure.ts";
import { findTerminalShim, toTerminalCommand } from "./terminal_keeper.ts";

/** What {@linkcode spawnRun} needs; the caller made `runDir` with the marker `queued` in it. */
export interface SpawnRunOptions {
  /** Absolute; the shim renames `queued` → `run` → `exit.<code>` in it. */
  readonly runDir: string;
  /** What its keepers are known by; see `keeperMark`. */
  readonly stateDir: string;
  readonly runId: string;
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
  /** A FIFO, made when missing, that is at its end only when it is told so; without it stdin is /dev/null. */
  readonly stdinPath?: string | undefined;
  /** The size of the terminal that the command gets; needs `stdinPath`. Without: none. */
  readonly terminal?: TerminalSize | undefined;
}

/** A run that was started; it may have ended by now. */
export interface SpawnedShim {
  /** Our child: the shim, or what holds the terminal and has the shim for its child. */
  readonly pid: number;
  /** Undefined where it has not been seen yet behind its terminal. */
  readonly shim: ProcessIdentity | undefined;
}

const ACCESS_EXECUTE = 1;

const SHELL = "/bin/sh";
/** Unlike dash, bash hands on variables that no shell can name, such as `spring.datasource.url`. */
const SHELL_FOR_ODD_NAMES = "/bin/bash";
const SHELL_VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Starts one run in a session of its own, through the shim. Each stream goes through a pipe to a keeper, which puts it
 * into its file. The open descriptions of the files are locked (flock) before and are the keepers' alone from then on:
 * as long as somebody lives who can write to a stream, its file stays locked.
 * @throws AppError `job.spawn_failed`
 */
export function spawnRun(options: SpawnRunOptions): SpawnedShim {
  refuseNul(options);
  refuseBadDirectory(options.cwd);
  using descriptors = new Descriptors();
  const { read: stdin, lifeline, holder } = openRunStdin(descriptors, options);
  const stdout = openStream(descriptors, options, "stdout");
  const stderr = openStream(descriptors, options, "stderr");
  // When the shim cannot be started they come to the end of their pipes by themselves, and the holder with them.
  for (const { keeper } of [stdout, stderr]) {
    const pid = spawnKeeper({ ...keeper, lifeline });
    if (options.terminal === undefined) noteOwnKeeper(keeper.mark, pid);
  }
  if (holder !== undefined) spawnHolder(holder);
  const pid = spawnShim(options, [
    [stdin, 0],
    [stdout.write, 1],
    [stderr.write, 2],
    [stdout.read, PIPE_ENDS.stdout],
    [stderr.read, PIPE_ENDS.stderr],
    ...lifeline === undefined ? [] : [[lifeline, LIFELINE_END] as const],
  ]);
  // Also that of one that has ended already: nobody but us can take its exit, so it is at least a zombie.
  const startTime = readProcess(pid)?.startTime ?? "";
  noteStartTime(pid, startTime);
  const child = { pid, startTime, bootId: bootId() };
  if (options.terminal === undefined) return { pid, shim: child };
  const shim = findTerminalShim(pid);
  if (shim !== undefined) addBehindChild(shim.pid, pid);
  return { pid, shim };
}

/** A pipe, and what its keeper is to be given. */
function openStream(
  descriptors: Descriptors,
  { runDir, stateDir, runId, ...paths }: SpawnRunOptions,
  stream: KeptStream,
): OutputPipe & { readonly keeper: KeeperOptions } {
  const path = paths[`${stream}Path`];
  const log = openLockedOutput(descriptors, path);
  const { read, write } = openOutputPipe(descriptors, join(runDir, stream));
  const mark = keeperMark({ stateDir, runId, stream });
  return { read, write, keeper: { mark, input: read, log, dropsPath: dropsPathOf(path) } };
}

function spawnShim(
  options: SpawnRunOptions,
  descriptors: PosixSpawnOptions["descriptors"],
): number {
  const { runDir, umask, command, env, cwd, terminal: size } = options;
  const plan = planForJob(options.surroundings);
  const setup = `${umask.toString(8).padStart(4, "0")}\n${plan.setup}`;
  const argv = ["sh", "-c", SHIM, "imp-shim", runDir, setup, ...command];
  const file = shellFor(env);
  const mark = keeperMark({ ...options, stream: "stdout" });
  const what = size === undefined
    ? { file, argv, env }
    : toTerminalCommand({ size, mark, shell: file, shim: argv, env: { ...env, PWD: cwd } });
  const { pid, errno } = withCpus(plan, () => posixSpawn({ ...what, cwd, descriptors }));
  if (errno !== 0) throw spawnFailure(errno, options);
  return pid;
}

function shellFor(env: Readonly<Record<string, string>>): string {
  if (Object.keys(env).every((name) => SHELL_VARIABLE.test(name))) return SHELL;
  return openLibc().access(toCString(SHELL_FOR_ODD_NAMES), ACCESS_EXECUTE) === 0
    ? SHELL_FOR_ODD_NAMES
    : SHELL;
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
  if (texts.some((text) => text.includes("\0"))) throw spawnFailed("its definition contains a NUL");
  for (const [name, value] of Object.entries(options.env)) {
    // Never the value: it may be a secret.
    if (value.includes("\0")) throw spawnFailed(`environment variable "${name}" contains a NUL`);
    if (name === "" || name.includes("=")) {
      throw spawnFailed(`"${name}" cannot be the name of an environment variable`);
    }
  }
}

function refuseBadDirectory(cwd: string): void {
  const why = whyBadDirectory(cwd);
  if (why !== undefined) {
    throw spawnFailed(`working directory "${cwd}" ${why}`, "Choose another one with --cwd");
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
  if (why !== undefined) return spawnFailed(`working directory "${options.cwd}" ${why} (${name})`);
  if (name === "E2BIG") {
    return spawnFailed("its arguments and environment are too large (E2BIG)", "Shorten them");
  }
  if (name === "EAGAIN" || name === "ENOMEM") {
    return spawnFailed(`the system allows no more processes (${name})`, "See `ulimit -u`");
  }
  return spawnFailed(`"${SHELL}" cannot be started (${name})`);
}
