import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { livingPaths } from "../client/living_paths.ts";
import { readPidFile } from "../facts/pid_text.ts";
import { readStatusJson } from "../facts/status_json.ts";
import { followStream } from "../logs/follow.ts";
import { readStream, tailOffset } from "../logs/tail.ts";
import { isLockHeld } from "../platform/file_lock.ts";
import { readTextFile } from "../platform/read_text_file.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { readMost } from "./frame/output_flags.ts";
import { lineOfJson } from "./frame/write.ts";
import { LINES_FLAG } from "./following/stream_command.ts";

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
  output: "The lines of the log. With --json one a line: " +
    '{"type":"record","time","level","message","fields":{…}}.',
  exitCodes: { 0: "done", 1: "there is no log", 2: "wrong usage", 130: "-f was ended with Ctrl+C" },
  async run(ctx, args) {
    expectNoOperands(args, "daemon logs");
    const path = await findLog(ctx);
    const standard = args.has("follow") && !args.has("lines") ? 10 : undefined;
    const lines = readMost(args, "lines") ?? standard;
    const from = lines === undefined ? 0 : tailOffset(path, lines).offset;
    const write = ctx.json
      ? await openJsonLines(ctx)
      : (bytes: Uint8Array) => ctx.stdout.write(bytes);
    if (!args.has("follow")) {
      for await (const { bytes } of readStream(path, { from })) await write(bytes);
      return 0;
    }
    await followLog(ctx, { path, from, write });
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

/** Makes an object of each line; what was not ended is left for the next bytes. */
async function openJsonLines(ctx: CommandContext): Promise<(bytes: Uint8Array) => Promise<void>> {
  // Not needed without --json.
  const { toLogObject } = await import("./output/daemon_log_json.ts");
  const decoder = new TextDecoder();
  let rest = "";
  return async (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    await ctx.stdout.write(lines.map((line) => lineOfJson(ctx, toLogObject(line))).join(""));
  };
}

/** Rotation takes the file away and makes a new one of the same name: that one is followed then. */
async function followLog(
  { signal }: CommandContext,
  { path, from, write }: {
    path: string;
    from: number;
    write: (bytes: Uint8Array) => Promise<void>;
  },
): Promise<void> {
  let fromOffset = from;
  while (!signal.aborted) {
    const never = new Promise<void>(() => {});
    for await (const item of followStream(path, { fromOffset, signal, ended: never })) {
      if ("bytes" in item) await write(item.bytes);
      else if ("removed" in item || "replaced" in item) break;
    }
    fromOffset = 0;
  }
}
