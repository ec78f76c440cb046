import { join } from "@std/path/posix";
import { background, guarded } from "./guarded.ts";

/** What the markers in a run's directory say. */
export type RunMarker =
  /** There is no directory, or nothing in it that says anything. */
  | { readonly kind: "none" }
  /** Prepared; its shim has not begun. */
  | { readonly kind: "queued" }
  /** The shim has begun, and has not written an end. */
  | { readonly kind: "running" }
  | { readonly kind: "exit"; readonly code: number; readonly endedAtMs: number };

const SPEC_NAME = "spec.json";
/** The name of a job's stdin, in its run's directory. */
const STDIN_NAME = "stdin";
/** Where its holder is told to let go of it. */
const STDIN_END_NAME = "stdin.end";
const EXIT_NAME = /^exit\.(\d{1,3})$/;

/** The FIFO that a run reads its stdin from, if it has one. */
export function stdinPathOf({ runsDir }: { readonly runsDir: string }, runId: string): string {
  return join(runsDir, runId, STDIN_NAME);
}

/** The FIFO on which the end of that stdin is told; runs of a terminal, and of older builds, have none. */
export function stdinEndPathOf({ runsDir }: { readonly runsDir: string }, runId: string): string {
  return join(runsDir, runId, STDIN_END_NAME);
}

/** The same, of the stdin at `stdinPath`. */
export function endPathOf(stdinPath: string): string {
  return join(stdinPath, "..", STDIN_END_NAME);
}

/**
 * Makes a run's directory: first its spec, last its marker `queued`, which says that the rest is whole. One that was
 * half made by a daemon that died is made anew.
 */
export function prepareRunDirectory(dir: string, spec: string): void {
  makeEmptyDirectory(dir);
  const [specPath, queuedPath] = [join(dir, SPEC_NAME), join(dir, "queued")];
  Deno.writeTextFileSync(specPath, spec, { mode: 0o600 });
  try {
    // Only its name is of interest: one file less to make, and to remove.
    Deno.linkSync(specPath, queuedPath);
  } catch {
    // Not every file system has files of several names.
    Deno.writeTextFileSync(queuedPath, "", { mode: 0o600, createNew: true });
  }
}

/** Whether the directory of a run that goes on is still there, with what makes sense of it. */
export function isRunDirectoryWhole(dir: string): boolean {
  return isThere(`${dir}/${SPEC_NAME}`);
}

/**
 * Makes the directory of a run that goes on again, as its shim has to find it for writing its end down, with the spec as
 * far as that is known. What is still there stays.
 */
export function remakeRunDirectory(dir: string, spec?: string): void {
  Deno.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const specPath = join(dir, SPEC_NAME);
  if (spec !== undefined && !isThere(specPath)) {
    Deno.writeTextFileSync(specPath, spec, { mode: 0o600 });
  }
  if (readRunMarker(dir).kind === "none") {
    Deno.writeTextFileSync(join(dir, "run"), "", { mode: 0o600 });
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function makeEmptyDirectory(dir: string): void {
  try {
    Deno.mkdirSync(dir, { mode: 0o700 });
  } catch {
    // Something is there, or what it should be in is not.
    removeRunDirectory(dir);
    Deno.mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
}

/** Reads the marker. The time of an end is that of the rename, which is the directory's last change. */
export function readRunMarker(dir: string): RunMarker {
  let names: string[];
  try {
    names = Array.from(Deno.readDirSync(dir), (entry) => entry.name);
  } catch (error) {
    const isNone = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isNone) return { kind: "none" };
    throw error;
  }
  for (const name of names) {
    const match = EXIT_NAME.exec(name);
    if (!match) continue;
    const endedAtMs = Deno.statSync(dir).mtime?.getTime() ?? 0;
    return { kind: "exit", code: Number(match[1]), endedAtMs };
  }
  if (names.includes("run")) return { kind: "running" };
  return { kind: names.includes("queued") ? "queued" : "none" };
}

/** Whether an end is written down in the directory; false when it is not there. */
export function hasRunEnded(dir: string): boolean {
  return readRunMarker(dir).kind === "exit";
}

/** Removes the directory; one that is gone already is fine. */
export function removeRunDirectory(dir: string): void {
  try {
    Deno.removeSync(dir, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A run's directory as it was found. */
export interface FoundRunDirectory {
  readonly runId: string;
  /** The text of its spec; undefined where that cannot be read. */
  readonly spec: string | undefined;
  /** As near as the system tells. */
  readonly madeAtMs: number | undefined;
}

/** What lies under `runsDir`, by name: directories of runs, as a rule. */
export function listRunDirectories(runsDir: string): FoundRunDirectory[] {
  let names: string[];
  try {
    names = Array.from(Deno.readDirSync(runsDir), (entry) => entry.name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return names.map((runId) => {
    const dir = join(runsDir, runId);
    return {
      runId,
      spec: orUndefined(() => Deno.readTextFileSync(join(dir, SPEC_NAME))),
      madeAtMs: orUndefined(() => timeOf(Deno.statSync(dir))),
    };
  });
}

function timeOf({ birthtime, mtime }: Deno.FileInfo): number | undefined {
  return (birthtime ?? mtime)?.getTime();
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * Calls `onChange` with the run id when a marker of one of these runs may have changed; `onLost` when notifications are
 * not to be had (any more), as when the limit of watches is reached. None of them may have a FIFO: Deno opens what it
 * tells of, and would wait for a writer with the whole program.
 */
export function watchRunDirectories(
  runsDir: string,
  runIds: readonly string[],
  callbacks: { onChange: (runId: string) => void; onLost: (error: unknown) => void },
): Disposable {
  let watcher: Deno.FsWatcher;
  try {
    watcher = Deno.watchFs(runIds.map((runId) => join(runsDir, runId)), { recursive: false });
  } catch (error) {
    callbacks.onLost(error);
    return { [Symbol.dispose]() {} };
  }
  let isClosed = false;
  const onChange = guarded("runs.change", callbacks.onChange);
  const pump = async () => {
    for await (const event of watcher) {
      const changed = new Set<string>();
      for (const path of event.paths) {
        const [runId, name] = path.slice(runsDir.length + 1).split("/");
        if (runId && (name === "run" || name?.startsWith("exit."))) changed.add(runId);
      }
      changed.forEach(onChange);
    }
  };
  background("runs.watch", pump, (error) => isClosed || callbacks.onLost(error));
  return {
    [Symbol.dispose]() {
      isClosed = true;
      watcher.close();
    },
  };
}
