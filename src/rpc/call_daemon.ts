import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { unlessAborted } from "../base/unless_aborted.ts";
import type { DaemonClient } from "../client/client.ts";
import { ensureDaemon } from "../client/ensure_daemon.ts";
import { onSignal } from "../platform/os_signals.ts";
import { currentDirectory, currentUmask, environment } from "../platform/own_environment.ts";
import { mainCommand } from "../platform/self.ts";
import { openStandardStreams, type StandardInput } from "../platform/stdio.ts";
import type { PayloadOf } from "../protocol/request.ts";
import type { OwnProgram } from "./own_program.ts";
import { DAEMON_WORDS } from "./parse_words.ts";

/** What a command may have, with its environment, where the program does not say. */
const MOST_COMMAND_BYTES = 1024 * 1024;

/**
 * Hands a command to the daemon, which is started if need be, passes its output through, and returns its exit code.
 * @throws AppError as `ensureDaemon` and `DaemonClient.exec` do; `output.closed`; `interrupted` after Ctrl+C
 */
export async function callDaemon(program: OwnProgram, args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  using _interrupt = onSignal("SIGINT", () => interrupt.abort(interrupted()));
  return await unlessAborted(call(program, args, interrupt.signal), interrupt.signal);
}

async function call(
  program: OwnProgram,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { stdin, stdout, stderr } = openStandardStreams();
  const payload = await readCommand(program, args, stdin);
  await using client = await reachDaemon(program);
  const streams = { stdout, stderr };
  const end = await client.exec(payload, {
    signal,
    output: { write: (stream, bytes) => streams[stream].write(bytes) },
  });
  return end.code ?? ExitCode.failed;
}

function reachDaemon({ options, paths, build }: OwnProgram): Promise<DaemonClient> {
  const { startMs } = options.limits ?? {};
  return ensureDaemon({
    ...{ paths, build },
    ...(startMs === undefined ? {} : { startLimitMs: startMs }),
    command: mainCommand(),
    daemonWords: DAEMON_WORDS,
  });
}

async function readCommand(
  { options: { name, limits = {} } }: OwnProgram,
  args: readonly string[],
  stdin: StandardInput,
): Promise<PayloadOf<"exec">> {
  const { commandBytes = MOST_COMMAND_BYTES, commandMs } = limits;
  const isTyped = args.length > 0 || stdin.isTerminal;
  return {
    // As for any program, its first word is its name.
    ...(isTyped ? { command: [name, ...args] } : { script: await readText(stdin, commandBytes) }),
    workdir: currentDirectory(),
    env: environment(),
    umask: currentUmask(),
    ...(commandMs === undefined ? {} : { timeout_ms: commandMs }),
  };
}

async function readText({ bytes }: StandardInput, mostBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for await (const piece of bytes) {
    size += piece.length;
    if (size > mostBytes) {
      throw new AppError("command.too_large", `The command has more than ${mostBytes} bytes`);
    }
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function interrupted(): AppError {
  return new AppError("interrupted", "Interrupted by Ctrl+C");
}
