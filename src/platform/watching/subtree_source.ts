import type { ChangeSource, SourceChange, WatchRefusal } from "./change_source.ts";

/**
 * Where the system tells of whole subtrees, as macOS does: of what it tells, the directories that were asked for are
 * picked out.
 */
export class SubtreeSource implements ChangeSource {
  /** By its real path, which is what is told, the path that was asked for. */
  readonly #directories = new Map<string, string>();
  #roots: string[] = [];
  #watcher: Deno.FsWatcher | undefined;
  #opened = Promise.withResolvers<void>();
  #isClosed = false;

  add(directory: string): WatchRefusal | undefined {
    try {
      const real = Deno.realPathSync(directory);
      if (!Deno.statSync(real).isDirectory) return "gone";
      this.#directories.set(real, directory);
      if (!this.#roots.some((root) => isWithin(real, root))) {
        this.#reopen([...this.#roots.filter((root) => !isWithin(root, real)), real]);
      }
      return undefined;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "gone";
      return error instanceof Deno.errors.PermissionDenied ? "denied" : "unavailable";
    }
  }

  remove(directory: string): void {
    for (const [real, path] of this.#directories) {
      if (path === directory) this.#directories.delete(real);
    }
    const used = this.#roots.filter((root) =>
      [...this.#directories.keys()].some((real) => isWithin(real, root))
    );
    if (used.length < this.#roots.length) this.#reopen(used);
  }

  async read(): Promise<readonly SourceChange[] | undefined> {
    while (!this.#isClosed) {
      if (this.#watcher === undefined) {
        await this.#opened.promise;
        continue;
      }
      const event = await this.#watcher[Symbol.asyncIterator]().next();
      if (!event.done) return this.#toChanges(event.value);
    }
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#reopen([]);
    this.#opened.resolve();
  }

  /** A watcher takes no more paths once it is there; who reads the old one goes on with the next. */
  #reopen(roots: string[]): void {
    this.#roots = roots;
    const before = this.#watcher;
    this.#watcher = roots.length === 0 ? undefined : Deno.watchFs(roots, { recursive: true });
    before?.close();
    this.#opened.resolve();
    this.#opened = Promise.withResolvers();
  }

  #toChanges({ kind, paths }: Deno.FsEvent): SourceChange[] {
    if (kind === "access") return [];
    return paths.flatMap((path) => {
      const slash = path.lastIndexOf("/");
      const directory = this.#directories.get(path.slice(0, slash) || "/");
      const itself = this.#directories.get(path);
      const info = lookAt(path);
      const fact = { isGone: info === undefined, isDirectory: info?.isDirectory ?? false };
      return [
        ...directory === undefined ? [] : [{ ...fact, directory, name: path.slice(slash + 1) }],
        ...itself === undefined || !fact.isGone
          ? []
          : [{ directory: itself, name: "", isDirectory: true, isGone: true }],
      ];
    });
  }
}

function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root === "/" ? "/" : `${root}/`);
}
