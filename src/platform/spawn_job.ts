/** What {@linkcode spawnRun} needs; the caller made `runDir` with the marker `queued` in it. */
export interface SpawnRunOptions {
  /** Absolute; the shim renames `queued` → `run` → `exit.<code>` in it. */
  readonly runDir: string;
  /** The command with its arguments; the first must be an absolute path ({@linkcode resolveCommand}). */
  readonly command: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** All of the job's environment; only `PWD` is set to `cwd`. */
  readonly env: Readonly<Record<string, string>>;
  readonly umask: number;
  readonly stdoutPath: string;
  readonly stderrPath: string;
  /** A FIFO, made when missing; without it stdin is /dev/null. */
  readonly stdinPath?: string | undefined;
}

/**
 * Starts one run in a session of its own, through the shim, its output straight onto its files.
 * @throws AppError `job.spawn_failed`, `job.workdir_missing`
 */
export function spawnRun(_options: SpawnRunOptions): { shimPid: number } {
  throw new Error("not there yet");
}

/** Takes the exit of our own child `pid`; true when it is gone (or never was our child), false while it lives. */
export function reapChild(_pid: number): boolean {
  throw new Error("not there yet");
}

/**
 * The absolute path of a command, found as a shell in `cwd` with `env` would.
 * @throws AppError `command.not_found`, `command.not_executable`
 */
export function resolveCommand(
  _name: string,
  _cwd: string,
  _env: Readonly<Record<string, string>>,
): string {
  throw new Error("not there yet");
}
