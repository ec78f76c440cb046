import { AppError } from "../base/app_error.ts";
import type { ExitMessage } from "../protocol/message.ts";
import type { PayloadOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { exitCodeOfEnd } from "./frame/exit_code_of_end.ts";
import { PLACE_FLAGS, readPlace, SHELL_FLAG } from "./frame/place_flags.ts";
import { openJobOutput } from "./output/job_output.ts";
import { writeJson } from "./frame/write.ts";
import { noteUnread, readStdin } from "./frame/own_stdin.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";

/** More than any daemon takes; its own limit is the `max_command_bytes` setting. */
const MOST_SCRIPT_BYTES = 64 * 1024 * 1024;

/** `imp exec`: a command that the daemon runs and that belongs to this call. */
export const command: Command = {
  usage: ["exec [flags] -- COMMAND [ARG…]", "exec [flags] < SCRIPT"],
  description: "Runs a command in the daemon and passes its output through as it comes. It is no " +
    "job: it has no name and no log, and ends when this call does. With --stdin it reads what is " +
    "on the stdin of this call; without it, nothing: a loop that reads a list loses none of it. " +
    "Without COMMAND all of stdin is a script for sh.",
  flags: [
    { name: "stdin", short: "i", summary: "Pass stdin on to the command" },
    SHELL_FLAG,
    ...PLACE_FLAGS,
    { name: "timeout", value: "TIME", summary: "End it when it takes longer" },
    { name: "handler", value: "NAME", summary: "Which handler of the daemon runs it" },
  ],
  operands: "commands",
  examples: [
    { command: "imp exec -- git fetch", what: "one command" },
    { command: "imp exec --shell -- 'ls | wc -l'", what: "a line of shell" },
    { command: "imp exec --stdin -- psql < dump.sql", what: "with something to read" },
    { command: "printf 'echo a; sleep 1; echo b' | imp exec", what: "a script" },
  ],
  output: "What the command prints, where it printed it. With --json lines of " +
    '{"type":"output","stream","text"}, then {"type":"exit","exit_code","signal"}.',
  exitCodes: {
    0: "the command's own code, 128+N when a signal ended it",
    ...DAEMON_EXIT_CODES,
    69: "the daemon cannot be reached or started, ended meanwhile, or was lost",
    124: "it took longer than --timeout",
    125: "the handler of the daemon failed",
    126: "the command is not executable",
    127: "the command was not found",
    130: "ended with Ctrl+C, and the command with it",
  },
  async run(ctx, args) {
    const payload = await readExec(ctx, args);
    const { signal } = ctx;
    // A line passes no stdin on.
    const exec = payload.stdin ? await execWithStdin(ctx, payload) : await execByLine(ctx, payload);
    const isUntold = isStdinUnused(args) && !await noteUnread(ctx, "exec");
    const end = await exec(signal).catch((error) => {
      throw isTooLarge(error) ? tooLarge() : error;
    });
    if (isUntold) await noteUnread(ctx, "exec");
    if (ctx.json) await writeJson(ctx, { type: "exit", exit_code: end.code, signal: end.signal });
    return exitCodeOfEnd(end);
  },
};

/** A command that is yet to be begun. */
type Exec = (signal: AbortSignal) => Promise<ExitMessage>;

async function execByLine(ctx: CommandContext, payload: PayloadOf<"exec">): Promise<Exec> {
  const line = await ctx.line();
  const output = openJobOutput(ctx);
  return (signal) => line.exec(payload, { output, signal });
}

async function execWithStdin(ctx: CommandContext, payload: PayloadOf<"exec">): Promise<Exec> {
  const client = await ctx.client();
  const output = openJobOutput(ctx);
  return (signal) => client.exec(payload, { output, signal, input: readStdin(ctx) });
}

/** Nobody reads it: it is neither passed on nor the script. */
function isStdinUnused(args: ParsedArgs): boolean {
  return args.operands.length > 0 && !args.has("stdin");
}

async function readExec(ctx: CommandContext, args: ParsedArgs): Promise<PayloadOf<"exec">> {
  const timeoutMs = args.duration("timeout");
  const handler = args.value("handler");
  return {
    ...await readWhat(ctx, args),
    ...await readPlace(ctx, args),
    ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    ...(handler === undefined ? {} : { handler }),
    ...(args.has("stdin") ? { stdin: true } : {}),
  };
}

async function readWhat(
  ctx: CommandContext,
  args: ParsedArgs,
): Promise<{ command: string[] } | { script: string }> {
  const words = [...args.operands];
  if (words.length > 0) return args.has("shell") ? { script: words.join(" ") } : { command: words };
  if (args.has("stdin")) {
    throw new AppError("usage.missing_command", "No command to pass stdin on to", {
      hint: "Write it behind two dashes: imp exec --stdin -- COMMAND; without, stdin is the script",
    });
  }
  if (ctx.stdin.isTerminal) {
    throw new AppError("usage.missing_command", "No command to run", {
      hint: "Write it behind two dashes: imp exec -- COMMAND, or pipe a script into imp exec",
    });
  }
  return { script: await readScript(ctx) };
}

async function readScript(ctx: CommandContext): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of ctx.stdin.bytes) {
    size += bytes.length;
    if (size > MOST_SCRIPT_BYTES) throw tooLarge();
    parts.push(bytes);
  }
  if (size === 0) {
    throw new AppError("usage.missing_command", "No command to run: stdin was empty", {
      hint: "Write it behind two dashes: imp exec -- COMMAND, or pipe a script into imp exec",
    });
  }
  return await new Blob(parts as BlobPart[]).text();
}

function isTooLarge(error: unknown): boolean {
  return error instanceof AppError && error.code === "protocol.frame_too_large";
}

function tooLarge(): AppError {
  return new AppError("command.too_large", "The command is larger than the daemon takes", {
    hint: "Put the script into a file and run that: imp exec -- sh FILE",
  });
}
