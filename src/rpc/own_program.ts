import { AppError } from "../base/app_error.ts";
import { type BuildInfo, PROTOCOL_VERSION } from "../base/version.ts";
import { parseDaemonId } from "../base/ids.ts";
import { deriveDaemonId } from "../platform/daemon_id.ts";
import { currentDirectory, environmentVariable } from "../platform/own_environment.ts";
import { type ImpPaths, resolvePaths } from "../platform/paths.ts";
import { mainStamp } from "../platform/self.ts";
import type { ApplicationOptions } from "./application_options.ts";

/** The program that we are, and its daemon that a call is about. */
export interface OwnProgram {
  readonly options: ApplicationOptions;
  readonly paths: ImpPaths;
  readonly build: BuildInfo;
}

/** It becomes the name of directories, of which imp's own is one. */
const NAME = /^(?!imp$)[a-z][a-z0-9-]{0,31}$/;

/**
 * Whose daemon it is: of the id that was typed, of that in `NAME_DAEMON_ID`, of the directory, or of the user.
 * @throws AppError `usage.bad_name`, `usage.bad_daemon_id`, `usage.bad_cwd`
 */
export function openProgram(
  options: ApplicationOptions,
  typedId: string | undefined,
): OwnProgram {
  const { name, version = "0.0.0", build = mainStamp() } = options;
  if (!NAME.test(name)) {
    throw new AppError("usage.bad_name", `Not a name for a program: ${JSON.stringify(name)}`, {
      hint: "Use 1 to 32 of a-z, 0-9 and dash, beginning with a letter; imp is taken",
    });
  }
  return {
    options,
    paths: resolvePaths(typedId ?? defaultId(options), environmentVariable, name),
    build: { protocol: PROTOCOL_VERSION, version, build },
  };
}

function defaultId({ name, perDirectory }: ApplicationOptions): string {
  const given = environmentVariable(`${name.toUpperCase().replaceAll("-", "_")}_DAEMON_ID`);
  if (given) return parseDaemonId(given);
  return perDirectory ? deriveDaemonId(currentDirectory()) : "default";
}
