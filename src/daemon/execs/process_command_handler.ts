import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Settings } from "../../config/settings.ts";
import { commandWord } from "../../platform/command_word.ts";
import { type PipedProcess, spawnPiped } from "../../platform/spawn/exec_process.ts";
import { PIPE_BYTES } from "../../platform/spawn/wide_pipe.ts";
import { STDIN_WINDOW_BYTES } from "../../rpc/server/exec_stdin.ts";
import { background, guarded } from "../../platform/guarded.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { isSameProcess, signalProcess } from "../../platform/processes/process_identity.ts";
import { ownerOf } from "../../platform/processes/process_owner.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import { membersOfExec } from "../../platform/processes/process_tree.ts";
import { withoutMarks } from "../../platform/job_marks.ts";
import { daemonMarks } from "../../platform/processes/run_marks.ts";
import { resolveCommand } from "../../platform/resolve_command.ts";
import type { CommandEnd, RoomyOutput } from "../../rpc/server/command_handler.ts";
import type { ExecCommand, ExecHandler } from "./exec_command.ts";
import { OutputPumps } from "./output_pumps.ts";
import { toArgv } from "./script_argv.ts";
import { StopProcedure, type StopTarget } from "../runs/stop_procedure.ts";

/** What the built-in handler needs. */
export interface ProcessHandlerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paths: Pick<ImpPaths, "id" | "stateDir">;
  readonly settings: () => Settings;
}

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
    output: RoomyOutput,
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
  using wide = new DisposableStack();
  let mayGrow = true;
  for await (const bytes of input) {
    if (mayGrow && bytes.length > PIPE_BYTES) {
      mayGrow = false;
      wide.use(stdin?.widen(STDIN_WINDOW_BYTES));
    }
    if (!await stdin?.write(bytes)) return;
  }
  stdin?.close();
}
