import { fileStamp } from "../../platform/file_stamp.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { readTextFile } from "../../platform/read_text_file.ts";

/** What was wrong with the project's and the user's files when they were last looked at, and how they were then. */
export interface CheckedFiles {
  /** Of imp: the next one may see them otherwise. */
  readonly build: string;
  /** Of all that was read, and of what might have been, by path. */
  readonly stamps: ReadonlyMap<string, string>;
  /** A line each. */
  readonly warnings: readonly string[];
}

/** Where it is kept, so that a call need not read files that have not changed. */
export function checkedFilesPath({ stateDir }: Pick<ImpPaths, "stateDir">): string {
  return `${stateDir}/checked`;
}

/** What is kept; undefined where nothing is. */
export function readCheckedFiles(paths: Pick<ImpPaths, "stateDir">): CheckedFiles | undefined {
  try {
    const [build, ...lines] = readTextFile(checkedFilesPath(paths))?.split("\n") ?? [];
    const end = lines.indexOf("");
    if (build === undefined || end < 0) return undefined;
    const stamps = lines.slice(0, end).map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(space + 1), line.slice(0, space)] as const;
    });
    return { build, stamps: new Map(stamps), warnings: lines.slice(end + 1).filter(Boolean) };
  } catch {
    return undefined;
  }
}

/** As {@linkcode readCheckedFiles} reads it; undefined where a path has a line's end in it. */
export function formatCheckedFiles({ build, stamps, warnings }: CheckedFiles): string | undefined {
  const files = [...stamps].map(([path, stamp]) => `${stamp} ${path}`);
  if (files.some((line) => line.includes("\n"))) return undefined;
  return [build, ...files, "", ...warnings].map((line) => `${line}\n`).join("");
}

/** Whether these files, and all that was looked at with them, are as they were. */
export function isAsChecked(
  known: CheckedFiles,
  { build, files }: { readonly build: string; readonly files: readonly string[] },
): boolean {
  return known.build === build && files.every((path) => known.stamps.has(path)) &&
    [...known.stamps].every(([path, stamp]) => fileStamp(path) === stamp);
}
