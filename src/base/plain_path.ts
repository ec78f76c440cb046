/**
 * Absolute paths of POSIX, for what every call works out: @std/path walks through each of their characters, which takes
 * longer than what is done with them, and brings all its functions along.
 */

/** What is in `dir` under that name, or behind several; without what is superfluous in either. */
export function childOf(dir: string, name: string): string {
  const parts: string[] = [];
  for (const part of `${dir}/${name}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The directory that a path is in, of one with nothing superfluous in it; that of `/` is `/`, of a bare name `.`. */
export function parentOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : path.slice(0, at) || "/";
}

/** The last part of such a path; of `/` nothing. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
