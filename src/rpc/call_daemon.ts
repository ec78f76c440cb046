import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { unlessAborted } from "../base/unless_aborted.ts";
import type { EnsureDaemonOptions } from "../client/connect_options.ts";
import { type Asking, openLine } from "../client/line.ts";
import { onSignal } from "../platform/on_signal.ts";
import { currentDirectory, currentUmask, environment } from "../platform/own_environment.ts";
import { mainCommand } from "../platform/self.ts";
import { openStandardStreams, type StandardInput } from "../platform/stdio.ts";
import type { PayloadOf } from "../protocol/request.ts";
import { systemClock } from "../platform/system_clock.ts";
import type { ApplicationLimits } from "./application_options.ts";
import type { OwnProgram } from "./own_program.ts";
import { DAEMON_WORDS } from "./parse_words.ts";

/** What a command may have, with its environment, where the program does not say. */
const MOST_COMMAND_BYTES = 1024 * 1024;
/** How long a handler may take to end that was cancelled, where the program does not say, */
const GRACE_MS = 5_000;
/** and how long it may keep the processor. */
const BLOCKED_MS = 30_000;
/** Who has waited so long for a daemon wants to know what for. */
const TELL_AFTER_MS = 5_000;
/** How long what the daemon says about it may be on the way. */
const ANSWER_MS = 1_000;

/**
 * Hands a command to the daemon, which is started if need be, passes its output through, and returns its exit code. A
 * daemon that a handler keeps from hearing that the command is over, or from saying anything, is ended by force.
 * @throws AppError as `ensureDaemon` and `Asking.exec` do; `exec.timed_out`; `output.closed`; `interrupted` after
 * Ctrl+C
 */
export async function callDaemon(program: OwnProgram, args: readonly string[]): Promise<number> {
  const over = new AbortController();
  const call = new DaemonCall(program, over);
  try {
    using _interrupt = onSignal("SIGINT", () => over.abort(interrupted()));
    return await unlessAborted(call.run(args), over.signal);
  } catch (error) {
    await call.endIfDeaf(error);
    throw error;
  }
}

/** What an error says of the daemon that it came from: that it may hear nothing. */
const MAY_BE_DEAF = ["interrupted", "exec.timed_out", "daemon.not_answering"];

/** A command, and the daemon that it was given to. */
class DaemonCall {
  readonly #program: OwnProgram;
  readonly #over: AbortController;
  readonly #limits: ApplicationLimits;
  /** The daemon, once it has said hello. */
  #pid: number | undefined;

  constructor(program: OwnProgram, over: AbortController) {
    this.#program = program;
    this.#over = over;
    this.#limits = program.options.limits ?? {};
  }

  async run(args: readonly string[]): Promise<number> {
    const { stdin, stdout, stderr } = openStandardStreams();
    const payload = await readCommand(this.#program, args, stdin);
    await using client = await this.#reach();
    this.#pid = client.hello.pid;
    const streams = { stdout, stderr };
    const cancelTimer = this.#limitTime();
    try {
      const end = await client.exec(payload, {
        signal: this.#over.signal,
        output: { write: (stream, bytes) => streams[stream].write(bytes) },
      });
      return end.code ?? ExitCode.failed;
    } finally {
      cancelTimer();
    }
  }

  /** Ends a daemon that hears nothing, if that is what the call failed of. */
  async endIfDeaf(error: unknown): Promise<void> {
    const pid = this.#pid;
    if (pid === undefined || !(error instanceof AppError)) return;
    if (!MAY_BE_DEAF.includes(error.code) || !await this.#endDeaf(pid)) return;
    if (error.code !== "daemon.not_answering") return;
    throw new AppError("exec.connection_lost", "The command was ended with its daemon");
  }

  /** One that is deaf for so long that its own clients have given it up is ended. */
  async #reach(): Promise<Asking> {
    const { name } = this.#program.options;
    const cancelTelling = systemClock.schedule(TELL_AFTER_MS, () => {
      const text = `${name}: The daemon does not answer yet; ${name} --daemon stop ends it\n`;
      openStandardStreams().stderr.write(text).catch(() => {});
    });
    try {
      return await this.#connect();
    } catch (error) {
      const isMute = error instanceof AppError && error.code === "daemon.not_answering";
      // Not needed by a call that goes well.
      const { readDaemonPid } = await import("../client/daemon_pid.ts");
      const pid = isMute ? readDaemonPid(this.#program.paths) : undefined;
      if (pid === undefined || !await this.#endDeaf(pid)) throw error;
      return await this.#connect();
    } finally {
      cancelTelling();
    }
  }

  #connect(): Promise<Asking> {
    const { options: _, ...daemon } = this.#program;
    const { startMs, blockedMs = BLOCKED_MS } = this.#limits;
    const how: EnsureDaemonOptions = {
      ...daemon,
      ...(startMs === undefined ? {} : { startLimitMs: startMs }),
      command: mainCommand(),
      daemonWords: DAEMON_WORDS,
      // Two that are missed are the end, which makes two to three of them.
      heartbeatIntervalMs: blockedMs / 2,
      patienceMs: 1.5 * blockedMs,
    };
    return openLine(how, async () => {
      // Not needed by a call that finds its daemon.
      const { ensureDaemon } = await import("../client/ensure_daemon.ts");
      return await ensureDaemon(how);
    });
  }

  async #endDeaf(pid: number): Promise<boolean> {
    const { graceMs: limitMs = GRACE_MS } = this.#limits;
    // Not needed by a call that goes well.
    const { endDeafDaemon } = await import("./end_deaf_daemon.ts");
    return await endDeafDaemon(this.#program, { pid, limitMs });
  }

  /** The daemon ends the command in time, if it can. */
  #limitTime(): () => void {
    const { commandMs, graceMs = GRACE_MS } = this.#limits;
    if (commandMs === undefined) return () => {};
    const late = () =>
      this.#over.abort(new AppError("exec.timed_out", "The command took too long and was ended"));
    return systemClock.schedule(commandMs + graceMs + ANSWER_MS, late);
  }
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
