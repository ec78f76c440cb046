import { AppError } from "../base/app_error.ts";
import { parseJobName } from "../base/ids.ts";
import { readUserFile, realDirectory } from "../platform/host.ts";
import { parseSignal } from "../platform/os_signals.ts";
import { parseRestartPolicy } from "../protocol/restart_policy.ts";
import type { RestartPolicy } from "../protocol/values.ts";
import type { JobSpec } from "../protocol/request.ts";
import type { CommandContext, FlagSpec } from "./command.ts";
import { parseEnvFile } from "./env_file.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** Where and with which environment: the flags of `run`, `add` and `exec`. */
export const PLACE_FLAGS: readonly FlagSpec[] = [
  {
    name: "cwd",
    value: "DIR",
    summary: "Directory to run in (default: here)",
    complete: "directories",
  },
  {
    name: "env",
    value: "NAME=VALUE",
    repeat: true,
    summary: "Add to the environment, which is that of this call",
  },
  {
    name: "env-file",
    value: "FILE",
    repeat: true,
    summary: "Add the lines NAME=VALUE of a file",
    complete: "files",
  },
];

/** The flags of `run` and `add`. */
export const JOB_FLAGS: readonly FlagSpec[] = [
  { name: "name", value: "NAME", summary: "A name to call the job by, unique among the jobs" },
  { name: "description", value: "TEXT", summary: "What it is for" },
  ...PLACE_FLAGS,
  {
    name: "restart",
    value: "POLICY",
    summary: "no, on-failure[:MAX], always or unless-stopped (default: no)",
    complete: ["no", "on-failure", "always", "unless-stopped"],
  },
  {
    name: "stop-signal",
    value: "SIGNAL",
    summary: "What asks it to stop (default: TERM)",
    complete: "signals",
  },
  { name: "stop-timeout", value: "TIME", summary: "How long it may take to stop (default: 10s)" },
  { name: "stdin", summary: "Keep a stdin that imp send writes to" },
];

/**
 * What the user wants run, as a request.
 * @throws AppError `usage.*` for what cannot be meant
 */
export async function readJobSpec(
  ctx: CommandContext,
  args: ParsedArgs,
  verb: string,
): Promise<JobSpec> {
  const name = args.value("name");
  const stopSignal = args.value("stop-signal");
  const policy = args.value("restart");
  return withoutUndefined({
    command: readCommand(args, verb),
    ...await readPlace(ctx, args),
    name: name === undefined ? undefined : parseJobName(name),
    description: args.value("description"),
    restart: policy === undefined ? undefined : readPolicy(policy),
    stop_signal: stopSignal === undefined ? undefined : parseSignal(stopSignal).name,
    stop_timeout_ms: args.duration("stop-timeout"),
    stdin: args.has("stdin") ? true : undefined,
  });
}

/** Directory, environment and umask of what is to run. */
export async function readPlace(
  ctx: CommandContext,
  args: ParsedArgs,
): Promise<Pick<JobSpec, "workdir" | "env" | "umask">> {
  const cwd = args.value("cwd");
  const env = ctx.environment();
  for (const path of args.values("env-file")) {
    Object.assign(env, parseEnvFile(await readUserFile(resolveFrom(ctx, path)), path));
  }
  for (const text of args.values("env")) Object.assign(env, readAssignment(text));
  return {
    workdir: cwd === undefined ? ctx.cwd() : await findDirectory(ctx, cwd),
    env,
    umask: ctx.umask(),
  };
}

/** The words of the job's command. @throws AppError `usage.missing_command` */
function readCommand(args: ParsedArgs, verb: string): string[] {
  if (args.operands.length > 0 && args.operands[0] !== "") return [...args.operands];
  throw new AppError("usage.missing_command", "No command to run", {
    hint: `Write it behind two dashes: imp ${verb} -- npm run dev`,
  });
}

async function findDirectory(ctx: CommandContext, path: string): Promise<string> {
  const real = await realDirectory(resolveFrom(ctx, path));
  if (real !== undefined) return real;
  throw new AppError("usage.no_such_directory", `No such directory: ${JSON.stringify(path)}`, {
    hint: "Give --cwd a directory that exists",
  });
}

function resolveFrom(ctx: CommandContext, path: string): string {
  return path.startsWith("/") ? path : `${ctx.cwd()}/${path}`;
}

function readAssignment(text: string): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals > 0) return { [text.slice(0, equals)]: text.slice(equals + 1) };
  // The text may be a secret without its name: it is not repeated.
  throw new AppError("usage.bad_env", "A value of --env is no assignment", {
    hint: "Write --env NAME=VALUE",
  });
}

function readPolicy(text: string): RestartPolicy {
  const policy = parseRestartPolicy(text);
  if (policy) return policy;
  throw new AppError("usage.bad_policy", `Not a restart policy: ${JSON.stringify(text)}`, {
    hint: "Use no, on-failure, on-failure:3, always or unless-stopped",
  });
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
