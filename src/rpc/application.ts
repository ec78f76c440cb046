/**
 * One executable that is its own client and daemon: what imp is made of, for other programs. The first call starts the
 * daemon, which handles this and every later one, keeps in memory what the handler keeps, and is always of the newest
 * build. docs/framework.md tells how it is used.
 *
 * @example
 * ```ts
 * import { application } from "@imp/imp/rpc";
 *
 * const encoder = new TextEncoder();
 * let calls = 0;
 *
 * const code = await application({
 *   name: "greet",
 *   handler: {
 *     async handle({ args: [who = "world"] }, output) {
 *       await output.write(encoder.encode(`Hello ${who}, this is call ${++calls}\n`));
 *     },
 *   },
 * });
 * Deno.exit(code);
 * ```
 * @module
 */
import { ownArguments } from "../platform/own_process.ts";
import type { ApplicationOptions } from "./application_options.ts";
import { callDaemon } from "./call_daemon.ts";
import { openProgram } from "./own_program.ts";
import { parseWords } from "./parse_words.ts";

export { AppError } from "../base/app_error.ts";
export type { AppErrorOptions, ErrorShape } from "../base/app_error.ts";
export type {
  ApplicationHandler,
  ApplicationLimits,
  ApplicationOptions,
  Command,
  CommandHandler,
  CommandOutput,
} from "./application_options.ts";

/**
 * Does what this process was called for, and returns its exit code, for `Deno.exit`. Called as
 * `PROGRAM [--daemon-id ID] [--] [WORD…]` it hands a command to the daemon, which it starts if there is none or an older
 * one, and passes its output through; without a word, the whole of stdin is the command. Called as
 * `PROGRAM --daemon run`, `--daemon status` or `--daemon stop` it is the daemon, tells of it, or ends it.
 *
 * Exit codes: what the handler returns; 1 for an `AppError` of its own; 2 wrong usage; 3 no daemon is running (`status`,
 * `stop`); 5 another version that may not be replaced; 69 the daemon cannot be started or reached, or was lost; 77 not
 * permitted; 124 it took too long; 125 the handler failed; 130 Ctrl+C; 141 nobody reads the output. It never throws: what
 * goes wrong is told on stderr.
 */
export async function application(options: ApplicationOptions): Promise<number> {
  try {
    const { role, daemonId, args } = parseWords(ownArguments());
    const program = openProgram(options, daemonId);
    if (role === "call") return await callDaemon(program, args);
    if (role === "status" || role === "stop") {
      const { controlDaemon } = await import("./control_daemon.ts");
      return await controlDaemon(program, role);
    }
    const { beDaemon } = await import("./be_daemon.ts");
    return await beDaemon(program, { foreground: role === "run" });
  } catch (error) {
    const { tellFailure } = await import("./tell_failure.ts");
    return await tellFailure(options.name, error);
  }
}
