/** The rules of the architecture, as functions from source files to what is wrong with them. */
import type { ImportFact, SourceFile } from "./source_file.ts";

/** What is wrong where, and the rule that says so. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly rule: string;
}

/** Which rooms and packages the files of a room may import; entries ending in `/` or `:` are prefixes. */
export interface Room {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

/** A violation as a line of a test's failure. */
export function formatViolation({ path, line, what, rule }: Violation): string {
  return `${path}:${line}: ${what} (${rule})`;
}

/** The room of a file: its folder below src/, or the file itself where it lies outside of all. */
export function roomOf(path: string): string {
  return /^src\/(.+)\/[^/]+$/.exec(path)?.[1] ?? path;
}

/** True for tests and for what only they use. */
export function isTest(path: string): boolean {
  return path.startsWith("tests/") || path.includes("/testdata/") || /_test\.tsx?$/.test(path);
}

/** The path that a relative import means, or undefined for a package. */
export function resolveImport(path: string, specifier: string): string | undefined {
  return /^\.\.?\//.test(specifier)
    ? new URL(specifier, `file:///${path}`).pathname.slice(1)
    : undefined;
}

/** Every import against the table of rooms. */
export function checkRooms(
  files: readonly SourceFile[],
  rooms: Readonly<Record<string, Room>>,
): Violation[] {
  return files.filter((file) => !isTest(file.path)).flatMap((file) => {
    const name = roomOf(file.path);
    const room = rooms[name];
    if (!room) return [{ path: file.path, line: 1, what: `room ${name}`, rule: "no such room" }];
    return file.imports.flatMap(({ specifier, line }) => {
      const target = resolveImport(file.path, specifier);
      const allowed = target === undefined
        ? isIn(room.packages, specifier)
        : roomOf(target) === name ||
          isIn(room.rooms, roomOf(target));
      const rule = target === undefined
        ? `${name} may use: ${room.packages.join(", ") || "no package"}`
        : `${name} may import from: ${room.rooms.join(", ") || "nothing"}`;
      return allowed ? [] : [{ path: file.path, line, what: `imports ${specifier}`, rule }];
    });
  });
}

function isIn(entries: readonly string[], name: string): boolean {
  return entries.some((entry) => /[/:]$/.test(entry) ? name.startsWith(entry) : name === entry);
}

/** Files outside `allowed` (paths, or prefixes ending in `/`) that import from under `target`. */
export function checkOnlyImporters(
  files: readonly SourceFile[],
  target: string,
  allowed: readonly string[],
): Violation[] {
  return files.filter((file) => !isTest(file.path) && !isIn(allowed, file.path)).flatMap((file) =>
    file.imports
      .filter(({ specifier }) => resolveImport(file.path, specifier)?.startsWith(target))
      .map(({ specifier, line }) => ({
        path: file.path,
        line,
        what: `imports ${specifier}`,
        rule: `only ${allowed.join(", ")} may import from ${target}`,
      }))
  );
}

/** Globals that match `pattern`, named outside `allowed`. */
export function checkGlobals(
  files: readonly SourceFile[],
  { pattern, allowed }: { pattern: RegExp; allowed: readonly string[] },
): Violation[] {
  return files.filter((file) => !isIn(allowed, file.path)).flatMap((file) =>
    file.globals.filter(({ name }) => pattern.test(name)).map(({ name, line }) => ({
      path: file.path,
      line,
      what: `uses ${name}`,
      rule: allowed.length > 0 ? `only in ${allowed.join(", ")}` : "nowhere",
    }))
  );
}

/** Files and functions that are too long. */
export function checkLengths(
  files: readonly SourceFile[],
  { fileLines, functionLines }: { fileLines: number; functionLines: number },
): Violation[] {
  return files.flatMap((file) => {
    const lines = file.text.trimEnd().split("\n").length;
    const tooLong = file.functions.filter((fact) => fact.lines > functionLines).map((fact) => ({
      path: file.path,
      line: fact.line,
      what: `a function of ${fact.lines} lines`,
      rule: `at most ${functionLines}`,
    }));
    return lines <= fileLines ? tooLong : [
      { path: file.path, line: 1, what: `a file of ${lines} lines`, rule: `at most ${fileLines}` },
      ...tooLong,
    ];
  });
}

/** Text that does not land. */
export function checkText(
  files: readonly SourceFile[],
  { pattern, rule }: { pattern: RegExp; rule: string },
): Violation[] {
  return files.flatMap((file) =>
    file.text.split("\n").flatMap((text, index) => {
      const found = pattern.exec(text);
      return found ? [{ path: file.path, line: index + 1, what: `"${found[0]}"`, rule }] : [];
    })
  );
}

/** Circles of imports, of types and by `import(…)` too, each told once, from the file of it that comes first by name. */
export function checkCycles(files: readonly SourceFile[]): Violation[] {
  const targets = new Map(files.map((file) => [file.path, targetsOf(file)]));
  const done = new Set<string>();
  const found = new Map<string, Violation>();
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const cycle = toCycle(trail.slice(start));
      found.set(cycle.what, cycle);
      return;
    }
    if (done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return [...found.values()];
}

/** Files whose name matches `from` that load `specifier` with themselves, be it through others. */
export function checkNeverLoads(
  files: readonly SourceFile[],
  { from, specifier }: { from: RegExp; specifier: string },
): Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const trailTo = (path: string, seen: Set<string>): string[] | undefined => {
    const file = byPath.get(path);
    if (file === undefined || seen.has(path)) return undefined;
    seen.add(path);
    const isThere = file.imports.some((fact) =>
      fact.kind === "static" && fact.specifier === specifier
    );
    if (isThere) return [path];
    for (const target of targetsOf(file, ({ kind }) => kind === "static")) {
      const trail = trailTo(target, seen);
      if (trail !== undefined) return [path, ...trail];
    }
    return undefined;
  };
  return files.filter(({ path }) => from.test(path)).flatMap(({ path }) => {
    const trail = trailTo(path, new Set());
    const rule = `may load ${specifier} only by import(…), when it needs it`;
    return trail === undefined ? [] : [{ path, line: 1, what: trail.join(" → "), rule }];
  });
}

function targetsOf(
  file: SourceFile,
  isMeant: (fact: ImportFact) => boolean = () => true,
): string[] {
  return file.imports.filter(isMeant)
    .map((fact) => resolveImport(file.path, fact.specifier))
    .filter((target) => target !== undefined);
}

function toCycle(members: readonly string[]): Violation {
  const first = members.indexOf([...members].sort()[0]!);
  const circle = [...members.slice(first), ...members.slice(0, first)];
  const what = `imports itself: ${[...circle, circle[0]].join(" → ")}`;
  return { path: circle[0]!, line: 1, what, rule: "no cycles" };
}

/** Who imports what. */
export interface ExportUsers {
  readonly product: readonly SourceFile[];
  readonly tests: readonly SourceFile[];
}

/**
 * Exports without a user. One is a file of the product that imports it. The file itself is one where a test looks at
 * that part alone; and for a type, which the callers of what it exports then have a word for.
 */
export function checkExports(
  files: readonly SourceFile[],
  { product, tests }: ExportUsers,
): Violation[] {
  const [used, tested] = [namesTaken(product), namesTaken(tests)];
  return files.flatMap(({ path, text, exports }) =>
    exports.filter(({ name, isType }) => {
      const isHere = isMentioned(text, name) && (isType || tested(path, name));
      return !used(path, name) && !isHere;
    }).map(({ name, line }) => {
      const rule = tested(path, name) ? "only tests use it" : "nobody imports it";
      return { path, line, what: `exports ${name}`, rule };
    })
  );
}

function namesTaken(files: readonly SourceFile[]): (path: string, name: string) => boolean {
  const taken = new Set(
    files.flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier, names }) =>
        names.map((name) => `${resolveImport(path, specifier)} ${name}`)
      )
    ),
  );
  return (path, name) => taken.has(`${path} ${name}`) || taken.has(`${path} *`);
}

/** Whether a name stands anywhere but where it is declared, and in comments. */
function isMentioned(text: string, name: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  return code.split(new RegExp(`\\b${name}\\b`)).length > 2;
}

/** Two lists of names that must be the same; `path` is where the second one lives. */
export function checkSameNames(
  wanted: readonly string[],
  { there, path, what }: { there: readonly string[]; path: (name: string) => string; what: string },
): Violation[] {
  const missing = wanted.filter((name) => !there.includes(name));
  const extra = there.filter((name) => !wanted.includes(name));
  return [
    ...missing.map((name) => ({
      path: path(name),
      line: 1,
      what: "is missing",
      rule: `every ${what}`,
    })),
    ...extra.map((name) => ({
      path: path(name),
      line: 1,
      what: "is too much",
      rule: `only a ${what}`,
    })),
  ];
}
