import { AppError, messageOf } from "../../base/app_error.ts";
import type { Surroundings } from "../../base/surroundings.ts";
import { planForJob, withCpus } from "./job_surroundings.ts";
import { type ProcessIdentity, readIdentity } from "../processes/process_identity.ts";
import { UNPROTECT } from "./shim.ts";
import { widenPipe } from "./wide_pipe.ts";

/** What {@linkcode spawnPiped} starts; `command[0]` is what `commandWord` makes of it. */
export interface SpawnPipedOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly umask: number;
  /** What the system lends it beside that; ours where it is not said. */
  readonly surroundings?: Surroundings | undefined;
  /** Whether it gets a pipe as its stdin; without it there is nothing on it. */
  readonly hasStdin?: boolean;
}

/** The pipe to a process's stdin. */
export interface ProcessInput {
  /** Resolves when the pipe has taken all of it; false when nobody reads it any more. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** See {@linkcode widenPipe}. */
  widen(bytes: number): Disposable | undefined;
  /** Nothing more comes. Calling it again does nothing. */
  close(): void;
}

/** The pipe of a process's stdout or stderr. */
export interface PipedOutput {
  readonly bytes: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** See {@linkcode widenPipe}. */
  widen(bytes: number): Disposable | undefined;
}

/** A process whose output comes to us, in a session of its own. */
export interface PipedProcess {
  /** Undefined when it was over before it could be looked at. */
  readonly identity: ProcessIdentity | undefined;
  readonly stdin: ProcessInput | undefined;
  readonly stdout: PipedOutput;
  readonly stderr: PipedOutput;
  readonly status: Promise<{ readonly code: number; readonly signal: string | null }>;
}

/** Sets the umask and becomes the command; its stderr is the command's, so that it says nothing itself. */
const LAUNCHER = `__imp_oom=
{
${UNPROTECT}
} 2>/dev/null
umask "$1"; __imp_setup=$2; shift 2
{ eval "$__imp_setup"; } 2>/dev/null
exec "$@"`;

/**
 * Starts a command with pipes on stdout and stderr, and on stdin if it is to have one.
 * @throws AppError `job.spawn_failed`
 */
export function spawnPiped(options: SpawnPipedOptions): PipedProcess {
  const { command: words, cwd, env, umask, hasStdin = false } = options;
  const plan = planForJob(options.surroundings);
  // Deno's own `detached` would drop the groups of root; setsid(1) of util-linux does not, and macOS has none.
  const isLinux = Deno.build.os === "linux";
  const launched = isLinux ? ["/usr/bin/setsid", ...words] : words;
  try {
    const command = new Deno.Command("/bin/sh", {
      args: ["-c", LAUNCHER, "imp-exec", umask.toString(8), plan.setup, ...launched],
      cwd,
      env: { ...env, PWD: cwd },
      clearEnv: true,
      stdin: hasStdin ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
      detached: !isLinux,
    });
    const child = withCpus(plan, () => command.spawn());
    return {
      identity: readIdentity(child.pid),
      stdin: hasStdin ? openInput(child) : undefined,
      stdout: toOutput(child, "stdout"),
      stderr: toOutput(child, "stderr"),
      status: child.status,
    };
  } catch (error) {
    throw new AppError(
      "job.spawn_failed",
      `Cannot start ${JSON.stringify(words[0])}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

const DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const;

function toOutput(child: Deno.ChildProcess, stream: "stdout" | "stderr"): PipedOutput {
  return {
    bytes: child[stream],
    widen: (bytes) => widenPipe({ pid: child.pid, descriptor: DESCRIPTORS[stream] }, bytes),
  };
}

function openInput({ pid, stdin }: Deno.ChildProcess): ProcessInput {
  const writer = stdin.getWriter();
  // Whether it is broken every write tells; that nobody waits for it is no failure of ours.
  writer.closed.catch(() => undefined);
  return {
    async write(bytes) {
      try {
        await writer.write(bytes);
        return true;
      } catch {
        // EPIPE, or closed meanwhile: either way nobody reads it.
        return false;
      }
    },
    widen: (bytes) => widenPipe({ pid, descriptor: DESCRIPTORS.stdin }, bytes),
    close: () => void writer.close().catch(() => undefined),
  };
}
