import { AppError } from "../../base/app_error.ts";
import { realDirectory } from "../../platform/user_file.ts";
import type { CommandContext } from "../frame/command.ts";
import { type CliProcess, createContext } from "../frame/context.ts";
import { findCommand } from "../frame/find_command.ts";
import { ParsedArgs } from "../frame/parse_args.ts";
import { TextSink } from "../frame/text_sink.ts";

/** Makes the worlds of calls: each as that of a command that is typed in a directory, but for where its words go. */
export interface CallWorld {
  /** That of the server. */
  readonly ctx: CommandContext;
  /** `--daemon-id` of the server. */
  readonly daemonId: string | undefined;
}

/** What one call does its work in. */
export interface CallContext extends CommandContext, AsyncDisposable {
  /** What was printed since this was asked last, results and notes in their order, without its last newline. */
  takeText(): string;
}

/** Options of {@linkcode openCall}. */
export interface OpenCallOptions {
  /** Its nature decides what may be done for the call. */
  readonly command: string;
  /** From the server's directory; that one where it is left out. */
  readonly cwd: string | undefined;
  readonly signal: AbortSignal;
  /** In place of that of the directory, and of the server. */
  readonly daemonId?: string;
}

/**
 * A world in which a call does what a command of this name does.
 * @throws AppError `usage.no_such_directory`
 */
export async function openCall(
  { ctx, daemonId }: CallWorld,
  options: OpenCallOptions,
): Promise<CallContext> {
  const { command, signal } = options;
  const directory = await findDirectory(ctx, options.cwd);
  const sink = new TextSink();
  const cli: CliProcess = {
    ...{ stdin: ctx.stdin, stdout: sink, stderr: sink, clock: ctx.clock, signal },
    forcedEnd: new Promise<never>(() => {}),
    isInterruption: (error) => error === signal.reason,
    cwd: () => directory,
  };
  const id = options.daemonId ?? daemonId;
  const args = new ParsedArgs(new Map(id === undefined ? [] : [["daemon-id", [id]]]), []);
  const entry = findCommand(ctx.commands, command)!;
  const context = createContext({ commands: ctx.commands, entry, args }, cli);
  // Not copied: what is behind its getters is not made before it is asked for.
  return Object.create(context, { takeText: { value: () => sink.take() } });
}

async function findDirectory(ctx: CommandContext, cwd: string | undefined): Promise<string> {
  if (cwd === undefined) return ctx.cwd();
  const real = await realDirectory(cwd.startsWith("/") ? cwd : `${ctx.cwd()}/${cwd}`);
  if (real !== undefined) return real;
  throw new AppError("usage.no_such_directory", `No such directory: ${JSON.stringify(cwd)}`, {
    hint: "Give cwd a directory that exists",
  });
}
