import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { followStream } from "../logs/follow.ts";
import { readStream, tailOffset } from "../logs/tail.ts";
import { readTextFile } from "../platform/read_text_file.ts";
import type { Command, CommandContext } from "./command.ts";
import { expectNoOperands } from "./job_operands.ts";
import { LINES_FLAG } from "./stream_command.ts";

/** `imp daemon logs`: what the daemon wrote about itself. */
export const command: Command = {
  usage: ["daemon logs [-f] [-n N]"],
  description:
    "Shows the daemon's own log, whether it runs or not. It is rotated; older parts are " +
    "beside it.",
  flags: [{ name: "follow", short: "f", summary: "Go on until Ctrl+C" }, LINES_FLAG],
  examples: [
    { command: "imp daemon logs -n 50", what: "the end of it" },
    { command: "imp daemon logs -f", what: "watch" },
  ],
  output: "The lines of the log; with --log-format json they are JSON.",
  exitCodes: { 0: "done", 1: "there is no log", 2: "wrong usage", 130: "-f was ended with Ctrl+C" },
  async run(ctx, args) {
    expectNoOperands(args, "daemon logs");
    const path = findLog(ctx);
    const lines = args.count("lines") ?? (args.has("follow") ? 10 : undefined);
    const from = lines === undefined ? 0 : tailOffset(path, lines).offset;
    if (!args.has("follow")) {
      for await (const bytes of readStream(path, { from })) await ctx.stdout.write(bytes);
      return 0;
    }
    await followLog(ctx, path, from);
    return ExitCode.interrupted;
  },
};

function findLog(ctx: CommandContext): string {
  const { log_path } = readDaemonFacts(ctx);
  const path = typeof log_path === "string" ? log_path : ctx.paths.daemonLog;
  if (readTextFile(path) !== undefined) return path;
  throw new AppError("daemon.no_log", `Daemon "${ctx.daemonId}" has no log`, {
    hint: "It has never run in the background here; imp daemon list shows those that have",
  });
}

function readDaemonFacts(ctx: CommandContext): Record<string, unknown> {
  try {
    return JSON.parse(readTextFile(ctx.paths.daemonJson) ?? "{}");
  } catch {
    return {};
  }
}

/** Rotation takes the file away and makes a new one of the same name: that one is followed then. */
async function followLog(ctx: CommandContext, path: string, from: number): Promise<void> {
  const { signal } = ctx;
  let fromOffset = from;
  while (!signal.aborted) {
    const never = new Promise<void>(() => {});
    for await (const item of followStream(path, { fromOffset, signal, ended: never })) {
      if ("bytes" in item) await ctx.stdout.write(item.bytes);
      else if ("removed" in item) break;
    }
    fromOffset = 0;
  }
}
