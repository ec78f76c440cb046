import { isAbsolute, normalize, relative } from "@std/path/posix";

/** A path from the directory `dir`, where it lies in that; else as it is. */
export function fromDir(path: string, dir: string): string {
  if (!isAbsolute(path)) return normalize(path).replace(/(.)\/$/, "$1");
  const way = relative(dir, path);
  return way === ".." || way.startsWith("../") ? path : way === "" ? "." : way;
}
