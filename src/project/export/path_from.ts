import { relative } from "@std/path/posix";

/** A path from a directory, where it is below that. */
export function pathFrom(dir: string, path: string): string {
  return `${path}/`.startsWith(dir === "/" ? dir : `${dir}/`) ? relative(dir, path) || "." : path;
}
