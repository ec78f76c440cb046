import { AppError } from "../base/app_error.ts";

/** Bits that nobody but the owner may have. */
export const PRIVATE = 0o077;

/** Options of `ensurePrivateDir` and {@linkcode checkPrivateDir}. */
export interface PrivateDirOptions {
  /** Permission bits that must not be set; by default all of the group's and the others'. */
  forbidden?: number;
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

/** What is there; undefined for nothing. @throws AppError `permission.unsafe_directory` */
export function lstatOrUndefined(path: string): Deno.FileInfo | undefined {
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

/** Why a directory could not be made, or not even looked at. */
export function cannotMake(path: string, cause: unknown): AppError {
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
