import type {
  ChangeSource,
  SourceChange,
  WatchRefusal,
} from "../../src/platform/watching/change_source.ts";

/** Tells of what a test says has changed. */
export class FakeChangeSource implements ChangeSource {
  readonly watched = new Set<string>();
  /** Directories that are not watched, and why. */
  readonly refused = new Map<string, WatchRefusal>();
  #untold: SourceChange[] = [];
  #news = Promise.withResolvers<void>();
  #isClosed = false;

  add(directory: string): WatchRefusal | undefined {
    const refusal = this.refused.get(directory);
    if (refusal === undefined) this.watched.add(directory);
    return refusal;
  }

  remove(directory: string): void {
    this.watched.delete(directory);
  }

  /** These files have changed. */
  change(...paths: string[]): void {
    for (const path of paths) {
      const slash = path.lastIndexOf("/");
      const [directory, name] = [path.slice(0, slash), path.slice(slash + 1)];
      this.tell({ directory, name, isDirectory: false, isGone: false });
    }
  }

  tell(change: SourceChange): void {
    this.#untold.push(change);
    this.#news.resolve();
  }

  async read(): Promise<readonly SourceChange[] | undefined> {
    await this.#news.promise;
    if (this.#isClosed) return undefined;
    this.#news = Promise.withResolvers();
    const told = this.#untold;
    this.#untold = [];
    return told;
  }

  close(): void {
    this.#isClosed = true;
    this.#news.resolve();
  }
}
