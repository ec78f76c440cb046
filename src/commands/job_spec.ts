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

/** What `set` changes as well, beside the place. */
export const SET_FLAGS: readonly FlagSpec[] = [
  { name: "description", value: "TEXT", summary: "What it is for" },
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
];

/** The flags of `run` and `add`. */
export const JOB_FLAGS: readonly FlagSpec[] = [
  { name: "name", value: "NAME", summary: "A name to call the job by, unique among the jobs" },
  ...SET_FLAGS,
  ...PLACE_FLAGS,
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
  return withoutUndefined({
    command: readCommand(args, verb),
    ...await readPlace(ctx, args),
    standing: (await ctx.surroundings()).standing,
    name: name === undefined ? undefined : parseJobName(name),
    ...readChanges(args),
    stdin: args.has("stdin") ? true : undefined,
  });
}

/** What {@linkcode SET_FLAGS} say. @throws AppError `usage.*` */
export function readChanges(
  args: ParsedArgs,
): Pick<JobSpec, "description" | "restart" | "stop_signal" | "stop_timeout_ms"> {
  const stopSignal = args.value("stop-signal");
  const policy = args.value("restart");
  return withoutUndefined({
    description: args.value("description"),
    restart: policy === undefined ? undefined : readPolicy(policy),
    stop_signal: stopSignal === undefined ? undefined : parseSignal(stopSignal).name,
    stop_timeout_ms: args.duration("stop-timeout"),
  });
}

/** Directory, environment, umask and surroundings of what is to run. */
export async function readPlace(
  ctx: CommandContext,
  args: ParsedArgs,
): Promise<Pick<JobSpec, "workdir" | "env" | "umask" | "surroundings">> {
  return {
    workdir: await readDirectory(ctx, args) ?? ctx.cwd(),
    env: { ...ctx.environment(), ...await readAssignments(ctx, args) },
    umask: ctx.umask(),
    surroundings: (await ctx.surroundings()).surroundings,
  };
}

/** The directory of `--cwd`, if it was given. @throws AppError `usage.no_such_directory` */
export async function readDirectory(
  ctx: CommandContext,
  args: ParsedArgs,
): Promise<string | undefined> {
  const cwd = args.value("cwd");
  return cwd === undefined ? undefined : await findDirectory(ctx, cwd);
}

/** The variables of `--env-file` and `--env`. @throws AppError `usage.*` */
export async function readAssignments(
  ctx: CommandContext,
  args: ParsedArgs,
): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const path of args.values("env-file")) {
    Object.assign(env, parseEnvFile(await readUserFile(resolveFrom(ctx, path)), path));
  }
  for (const text of args.values("env")) Object.assign(env, readAssignment(text));
  return env;
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
