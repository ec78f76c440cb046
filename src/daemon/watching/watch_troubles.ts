import type { WatchRefusal } from "../../platform/watching/change_source.ts";

type Trouble = Exclude<WatchRefusal, "gone"> | "many" | "failed";

/** What keeps a watch from seeing all that it is wanted for. */
export class WatchTroubles {
  readonly #most: number;
  /** By what it is, of how many directories, and the first of them. */
  readonly #known = new Map<Trouble, { readonly first: string; readonly count: number }>();

  constructor(most: number) {
    this.#most = most;
  }

  note(trouble: Trouble, path: string): void {
    const { first = path, count = 0 } = this.#known.get(trouble) ?? {};
    this.#known.set(trouble, { first, count: count + 1 });
  }

  /** All is looked at anew. */
  forget(): void {
    this.#known.clear();
  }

  /** Whether the system may have more to give later. */
  get mayPass(): boolean {
    return this.#known.has("limit") || this.#known.has("unavailable");
  }

  /** All of it in words, or else the globs of which nothing was found; null when there is nothing to say. */
  tell(unfound: readonly string[]): string | null {
    const told = [
      ...[...this.#known].map(([trouble, { first, count }]) =>
        this.#describe(trouble, first, count)
      ),
      ...unfound.length === 0 || this.mayPass
        ? []
        : [`nothing is there yet that matches ${unfound.join(", ")}`],
    ];
    return told.length === 0 ? null : told.join("; ");
  }

  #describe(trouble: Trouble, first: string, count: number): string {
    const where = count === 1 ? first : `${first} and ${count - 1} more`;
    switch (trouble) {
      case "many":
        return `more than ${this.#most} directories would have to be watched, so that changes in others are not ` +
          `seen, such as ${first}: name fewer, or leave some out (ignore, .gitignore)`;
      case "limit":
        return `the system gives no more watches, so that changes are not seen in ${where}: raise ` +
          "fs.inotify.max_user_watches and fs.inotify.max_user_instances";
      case "denied":
        return `may not be read: ${where}`;
      case "unavailable":
        return `the system tells nothing of ${where}`;
      case "failed":
        return `could not look for files: ${first}`;
    }
  }
}
