import { AppError, messageOf } from "../base/app_error.ts";
import { isOursOrRoots, mayOthersReplaceIn, mayOthersWrite } from "./trust.ts";

/**
 * Checks the directories and links that lead to `path`, itself among them, as far as they are there: whoever could
 * replace one of them would decide what we write to and whom we talk to. Each must belong to us or to root, and nobody
 * else may write to a directory unless it is sticky.
 *
 * Returns true when nobody else can have made anything on the way: there is no directory, such as `/tmp`, that others
 * may write to.
 * @throws AppError `permission.unsafe_directory`
 */
export function checkWay(path: string): boolean {
  return checkWayFor(path, path);
}

/** The same for the way to where a link on the way to `named` leads. */
function checkWayFor(path: string, named: string): boolean {
  let isExclusive = true;
  for (let end = path.indexOf("/", 1);; end = path.indexOf("/", end + 1)) {
    const at = end < 0 ? path : path.slice(0, end);
    const info = lstatOrUndefined(at, named);
    if (info === undefined) break;
    if (!isOursOrRoots(info) && !(isExclusive && isUnmapped(info.uid!))) {
      throw unsafe(
        named,
        `${quoted(at)} belongs to user ${info.uid}, who can replace it`,
        Deno.uid() === 0
          ? `Type it without sudo, or as that user (sudo -u '#${info.uid}'), or `
          : "",
      );
    }
    if (info.isSymlink) isExclusive = checkTarget(at, named) && isExclusive;
    else if (mayOthersReplaceIn(info)) {
      const mode = (info.mode! & 0o7777).toString(8).padStart(4, "0");
      throw unsafe(
        named,
        `others can replace what is in ${quoted(at)} (mode ${mode})`,
        info.uid === Deno.uid() ? `Type \`chmod go-w ${at}\` if that is safe here, or ` : "",
      );
    } else if (mayOthersWrite(info)) isExclusive = false;
    if (end < 0) break;
  }
  return isExclusive;
}

function checkTarget(link: string, named: string): boolean {
  let target: string;
  try {
    target = Deno.realPathSync(link);
  } catch {
    throw unsafe(named, `the link ${quoted(link)} leads nowhere`);
  }
  return checkWayFor(target, named);
}

/** In a user namespace, such as that of a sandbox, all whom it does not know look like one user, root among them. */
function isUnmapped(uid: number): boolean {
  try {
    if (uid !== Number(Deno.readTextFileSync("/proc/sys/kernel/overflowuid"))) return false;
    const ranges = Deno.readTextFileSync("/proc/self/uid_map").trim().split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number));
    return !ranges.some(([first, , count]) => uid >= first! && uid < first! + count!);
  } catch {
    return false;
  }
}

function lstatOrUndefined(path: string, named: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw unsafe(named, messageOf(error));
  }
}

function unsafe(path: string, why: string, firstChoice = ""): AppError {
  const hint =
    `${firstChoice}set XDG_RUNTIME_DIR (for sockets) and XDG_STATE_HOME (for state) to ` +
    "directories of your own";
  return new AppError(
    "permission.unsafe_directory",
    `Cannot use directory ${quoted(path)}: ${why}`,
    { hint: hint.charAt(0).toUpperCase() + hint.slice(1) },
  );
}

function quoted(path: string): string {
  return JSON.stringify(path);
}
