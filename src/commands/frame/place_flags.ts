import { AppError } from "../../base/app_error.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { CommandContext } from "./command.ts";
import type { FlagSpec } from "./flag_spec.ts";
import { kindOfTerminal } from "./own_terminal.ts";
import type { ParsedArgs } from "./parse_args.ts";
import { resolveFrom } from "./resolve_from.ts";

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

/** Has a command taken apart by a shell. */
export const SHELL_FLAG: FlagSpec = {
  name: "shell",
  short: "s",
  summary: "Take the words together as a line for sh",
};

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
      ...given ?? await readEnvFlags(ctx, args),
    },
    umask: ctx.umask(),
    surroundings: await ctx.surroundings(),
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
export async function readEnvFlags(
  ctx: CommandContext,
  args: ParsedArgs,
): Promise<Record<string, string>> {
  if (!args.has("env-file") && !args.has("env")) return {};
  return await (await import("./read_assignments.ts")).readAssignments(ctx, args);
}

/** The words as a command; with {@linkcode SHELL_FLAG} as a project file has one that is text. */
export function toCommand(args: ParsedArgs, words: readonly string[]): string[] {
  return args.has("shell") ? ["sh", "-c", words.join(" ")] : [...words];
}

async function findDirectory(ctx: CommandContext, path: string): Promise<string> {
  const { realDirectory } = await import("../../platform/user_file.ts");
  const real = await realDirectory(resolveFrom(ctx, path));
  if (real !== undefined) return real;
  throw new AppError("usage.no_such_directory", `No such directory: ${JSON.stringify(path)}`, {
    hint: "Give --cwd a directory that exists",
  });
}
