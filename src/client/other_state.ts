import { AppError } from "../base/app_error.ts";
import { parentOf } from "../base/plain_path.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { isSameDirectory } from "../platform/same_directory.ts";

/**
 * Refuses a daemon that keeps its state elsewhere: two states can meet in one runtime directory, and what is meant for
 * the jobs of one must not be done to those of the other. One that does not say is of a build before ours.
 * @throws AppError `daemon.other_state`
 */
export function refuseOtherState({ id, stateDir }: ImpPaths, theirs: string | undefined): void {
  if (theirs === undefined || isSameDirectory(theirs, stateDir)) return;
  const home = parentOf(parentOf(theirs));
  throw new AppError(
    "daemon.other_state",
    `The daemon "${id}" that runs keeps its state in ${JSON.stringify(theirs)}, not in ` +
      JSON.stringify(stateDir),
    {
      hint: `For its jobs set XDG_STATE_HOME=${home}; for others set XDG_RUNTIME_DIR to a ` +
        "directory of their own, or name another --daemon-id",
    },
  );
}
