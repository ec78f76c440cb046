import { dirname } from "@std/path/posix";
import { AppError } from "../base/app_error.ts";
import {
  cannotMake,
  checkPrivateDir,
  lstatOrUndefined,
  PRIVATE,
  type PrivateDirOptions,
} from "./check_private_dir.ts";
import { realPathAbove } from "./real_path_above.ts";

/** A directory that is removed while we make it is made again so often: somebody nukes what we begin. */
const MOST_TRIES = 5;

/**
 * Makes `path` (and what is missing above it) a directory that only its owner may enter.
 * @throws AppError `permission.unsafe_directory` when what is there may not be used, with the command that mends it
 */
export function ensurePrivateDir(path: string, options: PrivateDirOptions = {}): void {
  for (let left = MOST_TRIES; !checkPrivateDir(path, options); left--) {
    if (left === 0) throw cannotMake(path, undefined);
    refuseUnderSudo(path);
    try {
      Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
      // A umask such as 0277 would have left a directory that we could not use ourselves.
      if ((Deno.lstatSync(path).mode! & 0o700) !== 0o700) Deno.chmodSync(path, 0o700);
    } catch (cause) {
      // Somebody else may have made it in between, or taken it away: the check has the last word.
      const hasChanged = cause instanceof Deno.errors.AlreadyExists ||
        (cause instanceof Deno.errors.NotFound && left > 1);
      if (!hasChanged) throw cannotMake(path, cause);
    }
  }
}

/**
 * To be called before something is made at `path`: with a sudo that keeps HOME, it would be root's in the user's home,
 * and the user could not use it.
 * @throws AppError `permission.unsafe_directory`
 */
export function refuseUnderSudo(path: string): void {
  const sudoUid = Number(Deno.env.get("SUDO_UID"));
  if (Deno.uid() !== 0 || !(sudoUid > 0)) return;
  if (Deno.statSync(realPathAbove(dirname(path))).uid !== sudoUid) return;
  throw new AppError(
    "permission.unsafe_directory",
    `Will not make ${JSON.stringify(path)} as root in what belongs to user ${sudoUid}`,
    { hint: "Type it without sudo; for jobs of root's own, sudo -H (and no XDG_* of the user's)" },
  );
}

/** True for a directory of ours, and no link, in which others have rights: these can be taken back. */
export function isOursAndOpen(path: string): boolean {
  const info = lstatOrUndefined(path);
  return info?.isDirectory === true && info.uid === Deno.uid() &&
    ((info.mode ?? 0) & PRIVATE) !== 0;
}

/** Takes the rights of everybody but the owner away; says so. */
export function makePrivate(path: string): string {
  Deno.chmodSync(path, 0o700);
  return `chmod 700 ${path}`;
}
