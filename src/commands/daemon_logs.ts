import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { livingPaths } from "../client/living_paths.ts";
import { readPidFile } from "../facts/pid_text.ts";
import { readStatusJson } from "../facts/status_json.ts";
import { followStream } from "../logs/follow.ts";
import { readStream, tailOffset } from "../logs/tail.ts";
import { isLockHeld } from "../platform/file_lock.ts";
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
    const path = await findLog(ctx);
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

/** Where the daemon that runs or ran last logs; a log of its own place is better than none. */
async function findLog(ctx: CommandContext): Promise<string> {
  // It may run where XDG_RUNTIME_DIR is another.
  const { pidFile, daemonJson, daemonLog } = await livingPaths(ctx.paths);
  // Brings its schema along, which the other subcommands of daemon do without.
  const { readDaemonJson } = await import("../facts/daemon_json.ts");
  const logPath = readDaemonJson({ daemonJson })?.log_path ??
    readStatusJson(ctx.paths)?.daemon.log_path ?? null;
  const isElsewhere = logPath === null && isLockHeld(pidFile);
  const path = isElsewhere ? undefined : [logPath, daemonLog].find(isReadable);
  if (path != null) return path;
  throw isElsewhere ? logsElsewhere(ctx, pidFile) : noLog(ctx);
}

function isReadable(path: string | null): boolean {
  return path !== null && readTextFile(path) !== undefined;
}

function logsElsewhere(ctx: CommandContext, pidFile: string): AppError {
  const pid = readPidFile(pidFile)?.pid ?? "unknown";
  return new AppError(
    "daemon.no_log",
    `Daemon "${ctx.daemonId}" (pid ${pid}) writes no log file: it runs in the foreground`,
    { hint: "Its lines are where it was started; with daemon run --log-file F they are in F" },
  );
}

function noLog(ctx: CommandContext): AppError {
  return new AppError("daemon.no_log", `Daemon "${ctx.daemonId}" has no log`, {
    hint: "It has never run in the background here; imp daemon list shows those that have",
  });
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
