import { dirname } from "@std/path/posix";

/** The real path of `path`, or of the nearest directory above it that exists. */
export function realPathAbove(path: string): string {
  for (let at = path;; at = dirname(at)) {
    try {
      return Deno.realPathSync(at);
    } catch {
      // It is not there, or leads nowhere.
      if (at === dirname(at)) return at;
    }
  }
}
