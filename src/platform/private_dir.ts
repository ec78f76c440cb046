import { dirname } from "@std/path/posix";
import { AppError } from "../base/app_error.ts";
import { realPathAbove } from "./real_path_above.ts";

/** Bits that nobody but the owner may have. */
const PRIVATE = 0o077;

/** Options of {@linkcode ensurePrivateDir} and {@linkcode checkPrivateDir}. */
export interface PrivateDirOptions {
  /** Permission bits that must not be set; by default all of the group's and the others'. */
  forbidden?: number;
}

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

/**
 * False when there is nothing at `path`, true when it is a directory of ours that nobody else may enter.
 * @throws AppError `permission.unsafe_directory` when it is anything else
 */
export function checkPrivateDir(path: string, options: PrivateDirOptions = {}): boolean {
  const info = lstatOrUndefined(path);
  if (info === undefined) return false;
  const uid = Deno.uid();
  if (info.isSymlink) throw unsafe(path, "it is a symbolic link", toType(`rm ${quote(path)}`));
  if (!info.isDirectory) throw unsafe(path, "it is not a directory", toType(`rm ${quote(path)}`));
  if (uid !== null && info.uid !== null && info.uid !== uid) {
    throw unsafe(
      path,
      `it belongs to user ${info.uid}, not to you (user ${uid})`,
      // Root would take a user's own directory away.
      uid === 0
        ? `Run imp as that user (sudo -u '#${info.uid}'); if it is not for them, move it away`
        // Never chown: whoever made it may listen in it, or have put something there for us to read.
        : `Have it removed (\`sudo rm -r ${quote(path)}\` if nothing in it is needed), or set ` +
          "XDG_RUNTIME_DIR (for sockets) and XDG_STATE_HOME (for state) to directories of your own",
    );
  }
  const mode = (info.mode ?? 0) & 0o777;
  if ((mode & (options.forbidden ?? PRIVATE)) !== 0) {
    const modeText = mode.toString(8).padStart(4, "0");
    throw unsafe(
      path,
      `other users have rights in it (mode ${modeText})`,
      toType(`chmod 700 ${quote(path)}`),
    );
  }
  return true;
}

/** True for a directory of ours, and no link, in which others have rights: these can be taken back. */
export function isOursAndOpen(path: string): boolean {
  const info = lstatOrUndefined(path);
  return info?.isDirectory === true && info.uid === Deno.uid() &&
    ((info.mode ?? 0) & PRIVATE) !== 0;
}

function lstatOrUndefined(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw cannotMake(path, cause);
  }
}

function unsafe(path: string, what: string, hint: string): AppError {
  return new AppError(
    "permission.unsafe_directory",
    `Cannot use directory ${JSON.stringify(path)}: ${what}`,
    { hint },
  );
}

function toType(command: string): string {
  return `Type \`${command}\` if that is safe here`;
}

function cannotMake(path: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : "it vanished again";
  return new AppError(
    "permission.unsafe_directory",
    `Cannot make directory ${JSON.stringify(path)}: ${why}`,
    { hint: "Check the directories above it, and XDG_RUNTIME_DIR, XDG_STATE_HOME and HOME", cause },
  );
}

/** `path` as one word for a shell. */
function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Takes the rights of everybody but the owner away; says so. */
export function makePrivate(path: string): string {
  Deno.chmodSync(path, 0o700);
  return `chmod 700 ${path}`;
}
