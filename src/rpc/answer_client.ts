import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { BuildInfo } from "../base/version.ts";
import type { Settings } from "../config/settings.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { PayloadOf, ReplyOf } from "../protocol/request.ts";
import type { ApplicationHandler, Command } from "./application_options.ts";
import { runHandler } from "./run_handler.ts";
import { answerRequest, unknownRequest } from "./server/answer_request.ts";
import type { Call } from "./server/call.ts";
import { refuseTooLarge } from "./server/command_size.ts";
import type { ConnectionContext } from "./server/connection.ts";
import type { ExecRegistry } from "./server/exec_registry.ts";
import { streamCommand } from "./server/stream_command.ts";

/** What clients are answered with. */
export interface AnswerClientOptions {
  readonly handler: ApplicationHandler;
  readonly build: BuildInfo;
  readonly pid: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: () => Settings;
  readonly lifecycle: Lifecycle;
  readonly execs: ExecRegistry;
  /** Leaves nothing on disk once the daemon has ended. */
  readonly eraseOnExit: () => void;
}

/** Answers what a daemon is asked that knows nothing but commands: those, and the frozen part of the protocol. */
export function answerClient(options: AnswerClientOptions): ConnectionContext["dispatch"] {
  const { build } = options;
  return (connection, { type, ...request }) => {
    switch (type) {
      case "ping":
        return answerRequest({ ...request, type }, connection, () => ping(options));
      case "exec":
        return answerRequest(
          { ...request, type },
          connection,
          (payload, call) => exec(payload, options, call),
        );
      case "handover":
        return answerRequest({ ...request, type }, connection, (to) => handOver(to, options));
      case "shutdown":
        return answerRequest({ ...request, type }, connection, () => shutDown(options));
      default:
        return Promise.reject(unknownRequest(build, connection, type));
    }
  };
}

function ping({ build: { version, build }, pid }: AnswerClientOptions): ReplyOf<"ping"> {
  return { version, build, pid };
}

function exec(
  payload: PayloadOf<"exec">,
  options: AnswerClientOptions,
  call: Call,
): ReplyOf<"exec"> {
  const { handler, execs, settings } = options;
  const { maxCommandBytes, execKillGraceMs: graceMs, execChunkBytes: chunkBytes } = settings();
  refuseTooLarge(payload, maxCommandBytes);
  const id = execs.nextId();
  const command = toCommand(payload);
  streamCommand(
    {
      id,
      shown: payload.command?.slice(0, 1) ?? ["-"],
      timeoutMs: payload.timeout_ms,
      run: (output, cancel) =>
        runHandler(
          (output, cancel) => handler.handle(command, output, cancel),
          { output, cancel },
          { ...options, graceMs, chunkBytes },
        ),
    },
    options,
    call,
  );
  return { exec_id: id };
}

/** The first word of a command line is the program's own name. */
function toCommand({ command = [], script, workdir, env }: PayloadOf<"exec">): Command {
  return { args: command.slice(1), text: script, cwd: workdir, env };
}

/** What is under way is waited for, a while. */
function handOver(
  { version, build }: PayloadOf<"handover">,
  { lifecycle, execs, settings }: AnswerClientOptions,
): ReplyOf<"handover"> {
  const reason = `handover to ${version} of ${build}`;
  lifecycle.shutdown({ reason, leaveWork: true, hasSuccessor: true });
  return { jobs: 0, wait_ms: execs.all.length > 0 ? settings().handoverTimeoutMs : 0 };
}

function shutDown({ lifecycle, execs, eraseOnExit }: AnswerClientOptions): ReplyOf<"shutdown"> {
  eraseOnExit();
  lifecycle.shutdown({ reason: "asked by a client" });
  return { stopped: execs.all.length };
}
