import { AppError } from "../../base/app_error.ts";
import { parseEnvFile } from "../../base/env_file.ts";
import { readUserFile } from "../../platform/user_file.ts";
import type { CommandContext } from "./command.ts";
import type { ParsedArgs } from "./parse_args.ts";
import { resolveFrom } from "./resolve_from.ts";

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

function readAssignment(text: string): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals > 0) return { [text.slice(0, equals)]: text.slice(equals + 1) };
  // The text may be a secret without its name: it is not repeated.
  throw new AppError("usage.bad_env", "A value of --env is no assignment", {
    hint: "Write --env NAME=VALUE",
  });
}
