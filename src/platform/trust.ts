/** What is needed of a file's or directory's status to judge whose it is. */
export type Owned = Pick<Deno.FileInfo, "uid" | "gid" | "mode">;

/** True when it belongs to us or to root, who may do everything anyway. */
export function isOursOrRoots({ uid }: Owned): boolean {
  return uid === null || uid === 0 || uid === Deno.uid();
}

/** True when somebody else can write to it, by the rights of its group or of all. */
export function mayOthersWrite({ gid, mode }: Pick<Owned, "gid" | "mode">): boolean {
  return mayEveryoneWrite({ mode }) || (((mode ?? 0) & 0o020) !== 0 && !isOwnGroup(gid));
}

/** True when an entry of it can be replaced by somebody else; in a sticky directory only one's own entries can. */
export function mayOthersReplaceIn(directory: Owned): boolean {
  return mayOthersWrite(directory) && ((directory.mode ?? 0) & 0o1000) === 0;
}

/** True when whoever is on the machine can write to it. */
export function mayEveryoneWrite({ mode }: Pick<Owned, "mode">): boolean {
  return ((mode ?? 0) & 0o002) !== 0;
}

/**
 * Many systems give each user a group of his own and a umask of 002: what such a group may write, nobody else may.
 * What the system's files do not tell (a directory service) counts as others' group. Root has no such habit.
 */
function isOwnGroup(gid: number | null): boolean {
  if (gid === null || Deno.uid() === 0 || gid !== Deno.gid()) return false;
  const users = readFields("/etc/passwd");
  const me = users.find((fields) => Number(fields[2]) === Deno.uid())?.[0];
  const group = readFields("/etc/group").find((fields) => Number(fields[2]) === gid);
  if (me === undefined || group === undefined) return false;
  const members = (group[3] ?? "").split(",").filter((name) => name !== "");
  const primary = users.filter((fields) => Number(fields[3]) === gid).map((fields) => fields[0]);
  return [...members, ...primary].every((name) => name === me);
}

function readFields(path: string): string[][] {
  try {
    return Deno.readTextFileSync(path).split("\n").filter((line) => line !== "")
      .map((line) => line.split(":"));
  } catch {
    return [];
  }
}
