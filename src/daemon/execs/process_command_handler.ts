import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Settings } from "../../config/settings.ts";
import { commandWord } from "../../platform/command_word.ts";
import { type PipedProcess, spawnPiped } from "../../platform/spawn/exec_process.ts";
import { background, guarded } from "../../platform/guarded.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { isSameProcess, signalProcess } from "../../platform/processes/process_identity.ts";
import { ownerOf } from "../../platform/processes/process_owner.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import { membersOfExec } from "../../platform/processes/process_tree.ts";
import { withoutMarks } from "../../platform/job_marks.ts";
import { daemonMarks } from "../../platform/processes/run_marks.ts";
import { resolveCommand } from "../../platform/resolve_command.ts";
import type { CommandEnd, CommandOutput } from "../../rpc/server/command_handler.ts";
import type { ExecCommand, ExecHandler } from "./exec_command.ts";
import { toArgv } from "./script_argv.ts";
import { StopProcedure, type StopTarget } from "../runs/stop_procedure.ts";

/** What the built-in handler needs. */
export interface ProcessHandlerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paths: Pick<ImpPaths, "id" | "stateDir">;
  readonly settings: () => Settings;
}

/**
 * After its command ended, a pipe that a background process still holds is listened to until so many looks in a row
 * found nothing new. Looks and not time: on a busy machine that has passed before anything was read.
 */
const QUIET_LOOKS = 10;
const LOOK_EVERY_MS = 10;

/** Runs the command as a process of ours, in the client's directory and environment. */
export class ProcessCommandHandler implements ExecHandler {
  readonly #options: ProcessHandlerOptions;
  readonly #marks: ReturnType<typeof daemonMarks>;

  constructor(options: ProcessHandlerOptions) {
    this.#options = options;
    this.#marks = daemonMarks(options.paths);
  }

  async handle(
    command: ExecCommand,
    output: CommandOutput,
    cancel: AbortSignal,
  ): Promise<CommandEnd> {
    const process = this.#spawn(command);
    const end = () => this.#end(command.execId, process);
    const onCancel = guarded("exec.cancel", end, end);
    cancel.addEventListener("abort", onCancel, { once: true });
    const { stdin } = command;
    if (stdin !== undefined) background("exec.stdin", () => feed(stdin, process), end);
    try {
      const pumps = new OutputPumps(process, output, {
        clock: this.#options.clock,
        chunkBytes: this.#options.settings().execChunkBytes,
        cancel,
      });
      const { code, signal } = await process.status;
      await pumps.finish();
      return signal === null ? { code, signal: null } : { code: null, signal };
    } finally {
      process.stdin?.close();
      cancel.removeEventListener("abort", onCancel);
      if (cancel.aborted) await this.#end(command.execId, process);
    }
  }

  #spawn(wanted: ExecCommand): PipedProcess {
    const { execId, command, workdir, env, umask, surroundings, stdin } = wanted;
    const argv = "script" in command ? toArgv(command.script) : [...command];
    const executable = resolveCommand(argv[0]!, workdir, env);
    argv[0] = commandWord(argv[0]!, { executable, env });
    return spawnPiped({
      command: argv,
      cwd: workdir,
      env: { ...withoutMarks(env), ...this.#marks, IMP_RUN_ID: execId },
      umask,
      surroundings,
      hasStdin: stdin !== undefined,
    });
  }

  /** TERM to the whole tree, KILL to what is left of it after the grace. Asked twice it does it once. */
  async #end(execId: string, process: PipedProcess): Promise<void> {
    const { clock, settings, logger } = this.#options;
    const procedure = this.#procedures.get(process) ??
      new StopProcedure(this.#toTarget(execId, process), clock, {
        signal: "SIGTERM",
        timeoutMs: settings().execKillGraceMs,
      });
    this.#procedures.set(process, procedure);
    const survivors = await procedure.done;
    if (survivors.length === 0) return;
    const pids = survivors.map((survivor) => survivor.pid).join(" ");
    logger.error("Processes of an exec refused to die", { exec: execId, pids });
  }

  readonly #procedures = new WeakMap<PipedProcess, StopProcedure>();

  #toTarget(execId: string, { identity }: PipedProcess): StopTarget {
    const stateDir = this.#marks.IMP_STATE_DIR;
    return {
      members: () => {
        if (identity === undefined) return [];
        const found = membersOfExec({ leader: identity, stateDir, runId: execId });
        return found.map(({ pid, startTime, comm }) => ({
          identity: { pid, startTime, bootId: identity.bootId },
          command: comm,
          inGroup: false,
        }));
      },
      isRecorded: () => true,
      signalGroup: () => "gone",
      signalProcess: (member, signal) => signalProcess(member, parseSignal(signal).number),
      holders: () => [],
      isAlive: isSameProcess,
      ownerOf,
    };
  }
}

/** Hands on what the client sends, as fast as the command reads it, until one of them wants no more. */
async function feed(input: AsyncIterable<Uint8Array>, { stdin }: PipedProcess): Promise<void> {
  for await (const bytes of input) if (!await stdin?.write(bytes)) return;
  stdin?.close();
}

/** What {@linkcode OutputPumps} go by. */
interface PumpOptions {
  readonly clock: Clock;
  readonly chunkBytes: number;
  readonly cancel: AbortSignal;
}

/** Carries both streams of a process to the client, as fast as the client takes them. */
class OutputPumps {
  readonly #options: PumpOptions;
  readonly #readers: ReadableStreamBYOBReader[];
  readonly #done: Promise<unknown>;
  #quietLooks = 0;
  #writes = 0;

  constructor(process: PipedProcess, output: CommandOutput, options: PumpOptions) {
    this.#options = options;
    const stdout = process.stdout.getReader({ mode: "byob" });
    const stderr = process.stderr.getReader({ mode: "byob" });
    this.#readers = [stdout, stderr];
    this.#done = Promise.all([
      this.#pump(stdout, (bytes) => output.write(bytes)),
      this.#pump(stderr, (bytes) => output.writeError(bytes)),
    ]);
    this.#done.catch(() => undefined);
  }

  /** Resolves at the end of both streams; or, when something in the background holds them open, when it is silent. */
  async finish(): Promise<void> {
    const { clock } = this.#options;
    const silent = Promise.withResolvers<void>();
    this.#quietLooks = 0;
    const goOn = (): CancelTimer => cancelTimer = clock.schedule(LOOK_EVERY_MS, look);
    const look = guarded("exec.look", () => {
      if (this.#writes === 0) this.#quietLooks++;
      if (this.#quietLooks >= QUIET_LOOKS) silent.resolve();
      else goOn();
    }, goOn);
    let cancelTimer = clock.schedule(LOOK_EVERY_MS, look);
    await Promise.race([this.#done, silent.promise]);
    cancelTimer();
    await Promise.allSettled(this.#readers.map((reader) => reader.cancel()));
  }

  async #pump(
    reader: ReadableStreamBYOBReader,
    write: CommandOutput["write"],
  ): Promise<void> {
    const { chunkBytes, cancel } = this.#options;
    let buffer = new ArrayBuffer(chunkBytes);
    while (true) {
      const { done, value } = await reader.read(new Uint8Array(buffer, 0, chunkBytes));
      if (done || value === undefined) return;
      this.#quietLooks = 0;
      this.#writes++;
      // A client that is gone takes nothing, and the command is being ended: its output is read and dropped.
      if (!cancel.aborted) await write(value);
      this.#writes--;
      buffer = value.buffer;
    }
  }
}
