import { AppError } from "../../base/app_error.ts";
import { parseJobName } from "../../base/ids.ts";
import type { DaemonClient } from "../../client/client.ts";
import { readUserFile, realDirectory } from "../../platform/user_file.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import { parseRestartPolicy } from "../../protocol/restart_policy.ts";
import type { RestartPolicy } from "../../protocol/values.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import type { CommandContext } from "./command.ts";
import type { FlagSpec } from "./flag_spec.ts";
import { kindOfTerminal, sizeOfTerminal } from "./own_terminal.ts";
import { LEASE_FLAGS, readTenure } from "./lease_flags.ts";
import { LIMIT_FIELDS, LIMIT_FLAGS, readLimitFlags } from "./limit_flags.ts";
import { parseEnvFile } from "../../base/env_file.ts";
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

/** What a job listens on. */
export const PORT_FLAG: FlagSpec = {
  name: "port",
  value: "[NAME=]N",
  repeat: true,
  summary: "A port that it listens on; auto: a free one, the same each time; auto:N: N if free",
};

/** What makes a job ready. */
export const READY_FLAG: FlagSpec = {
  name: "ready",
  value: "PROBE",
  summary: "When it is ready: http://…, tcp:[HOST:]PORT, log:REGEX, cmd:TEXT, delay:TIME, ports " +
    "(default: delay:300ms)",
};

/** Which files are watched for a job. */
export const WATCH_FLAG: FlagSpec = {
  name: "watch",
  value: "GLOB",
  repeat: true,
  summary: "Restart it when a file changes that matches, such as 'src/**/*.ts'",
};

/** Gives a job a terminal. */
export const TTY_FLAG: FlagSpec = {
  name: "tty",
  summary: "Give it a terminal: colours, prompts, full screens",
};

/** Has a command taken apart by a shell. */
export const SHELL_FLAG: FlagSpec = {
  name: "shell",
  short: "s",
  summary: "Take the words together as a line for sh",
};

/** The flags of `run` and `add`. */
export const JOB_FLAGS: readonly FlagSpec[] = [
  { name: "name", value: "NAME", summary: "A name to call the job by, unique among the jobs" },
  ...SET_FLAGS,
  ...PLACE_FLAGS,
  PORT_FLAG,
  READY_FLAG,
  ...LIMIT_FLAGS,
  ...LEASE_FLAGS,
  WATCH_FLAG,
  { name: "stdin", summary: "Keep a stdin that imp send writes to" },
  TTY_FLAG,
  SHELL_FLAG,
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
  const ports = await readPortFlags(args);
  const given = await readAssignments(ctx, args);
  return withoutUndefined({
    command: readCommand(args, verb),
    ...await readPlace(ctx, args, { ports, given }),
    given_env: {
      names: Object.keys(given),
      files: args.values("env-file").map((path) => resolveFrom(ctx, path)),
    },
    ports,
    ready: await readReadyFlag(args),
    ...withoutNull(await readLimitFlags(args)),
    watch: await readWatchFlags(args),
    standing: (await ctx.surroundings()).standing,
    ...await readTenure(ctx, args),
    name: name === undefined ? undefined : parseJobName(name),
    ...readChanges(args),
    stdin: args.has("stdin") ? true : undefined,
    ...args.has("tty") ? { tty: true, terminal_size: sizeOfTerminal(ctx) } : {},
  });
}

/** An older daemon would start the job without what it does not know, and say nothing. @throws AppError `version.too_old` */
export async function expectUnderstood(
  { hello }: Pick<DaemonClient, "hello">,
  wanted: Understood,
): Promise<void> {
  const { tty, ports, unset_ports = [], ready, watch, lease } = wanted;
  const meansPorts = ports !== undefined || unset_ports.length > 0;
  const { schedule } = wanted;
  const meansLimits = LIMIT_FIELDS.some((field) =>
    field !== "schedule" && wanted[field] !== undefined
  );
  const meansMore = ready !== undefined || watch !== undefined || meansLimits || schedule || lease;
  if (!tty && !meansPorts && !meansMore) return;
  const { expectCapability } = await import("../../client/expect_capability.ts");
  if (tty) expectCapability(hello, "tty", "give a job a terminal");
  if (meansPorts) expectCapability(hello, "ports", "keep ports for a job");
  if (ready !== undefined) expectCapability(hello, "readiness", "tell whether a job is ready");
  if (schedule) expectCapability(hello, "schedule", "start a job by a schedule");
  if (meansLimits) expectCapability(hello, "limits", "limit what a job may use");
  if (lease) expectCapability(hello, "leases", "end a job by itself");
  if (watch !== undefined) expectCapability(hello, "watch", "watch files for a job");
}

/** What not every daemon knows. */
type Understood =
  & Pick<
    PayloadOf<"set">,
    "tty" | "ports" | "unset_ports" | "ready" | "watch" | (typeof LIMIT_FIELDS)[number]
  >
  & Pick<JobSpec, "lease">;

/** What {@linkcode WATCH_FLAG} says, if it is there. @throws AppError `usage.missing_value` */
export async function readWatchFlags(args: ParsedArgs): Promise<JobSpec["watch"]> {
  const globs = args.values("watch");
  return globs.length === 0 ? undefined : (await import("./read_watch.ts")).readWatch(globs);
}

/** What {@linkcode READY_FLAG} says, if it is there. @throws AppError `usage.bad_probe` */
export async function readReadyFlag(args: ParsedArgs): Promise<JobSpec["ready"]> {
  const probe = args.value("ready");
  return probe === undefined ? undefined : (await import("./read_ready.ts")).parseReady(probe);
}

/** The ports of {@linkcode PORT_FLAG}, if there are any. @throws AppError `usage.bad_port` */
export async function readPortFlags(args: ParsedArgs): Promise<JobSpec["ports"]> {
  const flags = args.values("port");
  if (flags.length === 0) return undefined;
  return (await import("./read_ports.ts")).readPorts(flags);
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

/** Directory, environment, umask and surroundings of what is to run. What is `given` has been read already. */
export async function readPlace(
  ctx: CommandContext,
  args: ParsedArgs,
  { ports, given }: { ports?: JobSpec["ports"]; given?: Record<string, string> } = {},
): Promise<Pick<JobSpec, "workdir" | "env" | "umask" | "surroundings">> {
  const env = ctx.environment();
  return {
    workdir: await readDirectory(ctx, args) ?? ctx.cwd(),
    env: {
      ...ports === undefined
        ? env
        : (await import("../../base/ports.ts")).withoutPortVariables(env, ports),
      ...args.has("tty") && { TERM: kindOfTerminal(ctx) },
      ...given ?? await readAssignments(ctx, args),
    },
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
  if (args.operands.length > 0 && args.operands[0] !== "") return toCommand(args, args.operands);
  throw new AppError("usage.missing_command", "No command to run", {
    hint: `Write it behind two dashes: imp ${verb} -- npm run dev`,
  });
}

/** The words as a command; with {@linkcode SHELL_FLAG} as a project file has one that is text. */
export function toCommand(args: ParsedArgs, words: readonly string[]): string[] {
  return args.has("shell") ? ["sh", "-c", words.join(" ")] : [...words];
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

/** A new job has what the settings say anyway. */
function withoutNull<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], null> } {
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], null> };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
