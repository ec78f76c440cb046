/** The rule that nothing in the daemon is entered, or floats, without a guard. */
import { resolveImport, type Violation } from "./architecture_rules.ts";
import type { SourceFile } from "./source_file.ts";

/** Every file that is loaded when `start` is, itself among them. */
export function loadedBy(files: readonly SourceFile[], start: string): SourceFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = new Set<string>();
  const visit = (path: string) => {
    const file = byPath.get(path);
    if (file === undefined || found.has(path)) return;
    found.add(path);
    for (const { kind, specifier } of file.imports) {
      const target = resolveImport(path, specifier);
      if (kind !== "type" && target !== undefined) visit(target);
    }
  };
  visit(start);
  return files.filter((file) => found.has(file.path));
}

/** Timers and listeners outside `allowed` that are not guarded, and promises that float. */
export function checkEntries(
  files: readonly SourceFile[],
  { allowed }: { allowed: readonly string[] },
): Violation[] {
  const isAsyncName = namesOf(files, true);
  const isSyncName = namesOf(files, false);
  const rule = "goes through guarded() or background() of platform/guarded.ts";
  return files.filter(({ path }) => !allowed.includes(path)).flatMap((file) => {
    const { path, entries } = file;
    const isOwnAsyncName = namesOf([file], true);
    const floating = entries.looseCalls.filter(({ name, isPrivate, isVoid }) => {
      if (isPrivate) return isOwnAsyncName.has(name);
      // Where one that is called so returns no promise, only a `void` tells that this one does.
      return isAsyncName.has(name) && (isVoid || !isSyncName.has(name));
    });
    return [
      ...entries.unguarded.map(({ what, line }) => ({ path, line, what, rule })),
      ...floating.map(({ name, line }) => ({ path, line, what: `${name}() floats`, rule })),
    ];
  });
}

function namesOf(files: readonly SourceFile[], isAsync: boolean): ReadonlySet<string> {
  const functions = files.flatMap(({ entries }) => entries.namedFunctions);
  return new Set(functions.filter((fn) => fn.isAsync === isAsync).map(({ name }) => name));
}
