import { AppError } from "../base/app_error.ts";
import { DEFAULTS_FLAG, READINESS_FLAG, REVIVE_LATER_FLAG } from "../platform/spawn/readiness.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { writeJson } from "./frame/write.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";

/** `imp daemon run`: this process is the daemon. The only file here that knows the daemon's code. */
export const command: Command = {
  usage: ["daemon run [--detach]", "--daemon [--detach]"],
  description:
    "Is the daemon, in the foreground, until it is told to end: what service units call. " +
    "With --detach it goes to the background and imp returns when it is ready.",
  flags: [
    { name: "detach", short: "d", summary: "Go to the background" },
    { name: "log-file", value: "FILE", summary: "Where to log", complete: "files" },
    {
      name: "log-format",
      value: "FORMAT",
      summary: "text or json (default: the log_format setting)",
      complete: ["text", "json"],
    },
    {
      name: "project-dir",
      value: "DIR",
      summary: "The project to work for (default: the one around here)",
      complete: "directories",
    },
    { name: DEFAULTS_FLAG, summary: "Begin without the settings of a file that is wrong" },
    { name: REVIVE_LATER_FLAG, summary: "First do what is asked, then start what is to be up" },
    { name: READINESS_FLAG, summary: "Tell the starting process on stdout when it is ready" },
  ],
  examples: [
    { command: "imp daemon run", what: "in the foreground, Ctrl+C ends it" },
    { command: "imp daemon run --detach", what: "in the background" },
  ],
  output: "Its log, on stderr. With --detach one line, or with --json what imp daemon start has.",
  exitCodes: {
    0: "it ended as asked",
    1: "it had to end by force",
    ...DAEMON_EXIT_CODES,
    6: "one is running already",
  },
  async run(ctx, args) {
    expectNoOperands(args, "daemon run");
    return args.has("detach") ? await detach(ctx, args) : await runInForeground(ctx, args);
  },
};

async function detach(ctx: CommandContext, args: ParsedArgs): Promise<number> {
  for (const flag of ["log-file", "log-format", "project-dir"]) {
    if (!args.has(flag)) continue;
    throw new AppError("usage.conflict", `--${flag} is for a daemon in the foreground`, {
      hint: "A detached daemon goes by its settings: imp config shows them",
    });
  }
  const running = await ctx.tryClient();
  if (running) {
    throw new AppError(
      "daemon.already_running",
      `Daemon "${ctx.daemonId}" is already running (pid ${running.hello.pid})`,
      { hint: "imp daemon restart replaces it" },
    );
  }
  const { hello } = await ctx.startDaemon();
  const { pid, version } = hello;
  if (ctx.json) {
    await writeJson(ctx, { daemon_id: ctx.daemonId, pid, version, already_running: false });
  } else if (!ctx.quiet) await ctx.stdout.write(`Started the daemon (pid ${pid})\n`);
  return 0;
}

async function runInForeground(ctx: CommandContext, args: ParsedArgs): Promise<number> {
  const logFormat = readLogFormat(args);
  // As it is told on disk, it is read where the directory is another.
  const logFile = absolute(ctx, args.value("log-file"));
  const { runDaemon } = await import("../daemon/run_daemon.ts");
  return await runDaemon({
    daemonId: ctx.daemonId,
    paths: ctx.paths,
    projectDir: findProjectDir(ctx, args),
    // A service that is not there can stop nothing, either.
    mayUseDefaults: args.has(DEFAULTS_FLAG) || isService(ctx.env),
    revivesLater: args.has(REVIVE_LATER_FLAG),
    build: ctx.build,
    foreground: !args.has(READINESS_FLAG),
    ...(logFile === undefined ? {} : { logFile }),
    ...(logFormat === undefined ? {} : { logFormat }),
  });
}

function findProjectDir(ctx: CommandContext, args: ParsedArgs): string {
  const dir = args.value("project-dir");
  return dir === undefined ? ctx.project.dir : absolute(ctx, dir);
}

function isService(env: CommandContext["env"]): boolean {
  return ["IMP_SERVICE", "NOTIFY_SOCKET"].some((name) => env(name));
}

function absolute<Path extends string | undefined>(ctx: CommandContext, path: Path): Path | string {
  return path === undefined || path.startsWith("/") ? path : `${ctx.cwd()}/${path}`;
}

function readLogFormat(args: ParsedArgs): "text" | "json" | undefined {
  const format = args.value("log-format");
  if (format === undefined || format === "text" || format === "json") return format;
  throw new AppError("usage.bad_log_format", `Not a log format: ${JSON.stringify(format)}`, {
    hint: "Use text or json",
  });
}
