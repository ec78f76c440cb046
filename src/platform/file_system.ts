import { readTextFile } from "./read_text_file.ts";
import { realPathAbove } from "./real_path_above.ts";

/** Types whose files other machines may have, too: their locks, sockets and notifications cannot be relied on. */
const SHARED = new RegExp(
  "^(nfs\\d?|cifs|smb\\d?|smbfs|9p|acfs|afs|beegfs|ceph|gfs2?|glusterfs|gpfs|lustre|ocfs2|orangefs|" +
    "prl_fs|pvfs2|vboxsf|virtiofs|wekafs|fuse\\..+)$",
);
/** What is mounted through FUSE and local all the same. */
const LOCAL_FUSE =
  /^fuse\.(ext[234]|ntfs.*|exfat|fuse-overlayfs|mergerfs|zfs|gocryptfs|encfs|bindfs|portal)$/;

/** Whether a file system of this type may be one of several machines. */
export function isShared(type: string): boolean {
  return SHARED.test(type) && !LOCAL_FUSE.test(type);
}

/** The type of the file system that `path` is on or would be made on; undefined where the system does not tell. */
export function fileSystemOf(path: string): string | undefined {
  const mounts = readTextFile("/proc/self/mountinfo");
  return mounts === undefined ? undefined : findFileSystem(mounts, realPathAbove(path));
}

/** As {@linkcode fileSystemOf}, for a real path, from the text of `/proc/self/mountinfo`; see proc_pid_mountinfo(5). */
export function findFileSystem(mounts: string, path: string): string | undefined {
  let best: { point: string; type: string } | undefined;
  for (const line of mounts.split("\n")) {
    const [left, right] = line.split(" - ");
    const point = unescapeOctal(left!.split(" ")[4] ?? "");
    const type = right?.split(" ")[0];
    if (point === "" || type === undefined || !isBelow(path, point)) continue;
    // Of two at one place the later one hides the other.
    if (best === undefined || point.length >= best.point.length) best = { point, type };
  }
  return best?.type;
}

function isBelow(path: string, point: string): boolean {
  return point === "/" || path === point || path.startsWith(`${point}/`);
}

/** Spaces and the like are written as `\040`. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}
