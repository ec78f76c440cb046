import { AppError } from "../../base/app_error.ts";
import { environmentVariable } from "../../platform/own_environment.ts";
import { type ImpPaths, listDaemonIds } from "../../platform/paths.ts";
import { fileExists } from "../../platform/remove_file.ts";

/**
 * A daemon of this id has left something. Asked where the user named one: a word that he mistyped is no reason to begin
 * a new world.
 * @throws AppError `daemon.unknown` with the ids that there are
 */
export function expectKnown({ id, stateDir, runtimeDir }: ImpPaths): void {
  if (fileExists(stateDir) || fileExists(runtimeDir)) return;
  const known = listDaemonIds(environmentVariable);
  throw new AppError("daemon.unknown", `There is no daemon "${id}"`, {
    hint: known.length === 0
      ? `There is none at all; imp --daemon-id ${id} add -- COMMAND makes it`
      : `There are: ${known.join(", ")}`,
  });
}
