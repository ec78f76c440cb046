import { AppError } from "../../base/app_error.ts";
import { parseJobName } from "../../base/ids.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import type { CommandContext } from "./command.ts";
import type { FlagSpec } from "./flag_spec.ts";
import { sizeOfTerminal } from "./own_terminal.ts";
import { LEASE_FLAGS, readTenure } from "./lease_flags.ts";
import { LIMIT_FIELDS, LIMIT_FLAGS, readLimitFlags } from "./limit_flags.ts";
import type { ParsedArgs } from "./parse_args.ts";
import { PLACE_FLAGS, readEnvFlags, readPlace, SHELL_FLAG, toCommand } from "./place_flags.ts";
import { resolveFrom } from "./resolve_from.ts";
import { readSetFlags, SET_FLAGS } from "./set_flags.ts";

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
  const given = await readEnvFlags(ctx, args);
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
    standing: await ctx.standing(),
    ...await readTenure(ctx, args),
    name: name === undefined ? undefined : parseJobName(name),
    ...await readSetFlags(args),
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

/** The words of the job's command. @throws AppError `usage.missing_command` */
function readCommand(args: ParsedArgs, verb: string): string[] {
  if (args.operands.length > 0 && args.operands[0] !== "") return toCommand(args, args.operands);
  throw new AppError("usage.missing_command", "No command to run", {
    hint: `Write it behind two dashes: imp ${verb} -- npm run dev`,
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
