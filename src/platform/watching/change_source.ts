/** Something about an entry of a watched directory, or about the directory itself, whose name is empty then. */
export interface DirectoryChange {
  readonly name: string;
  readonly isDirectory: boolean;
  /** It was removed, or moved to where it has another path. */
  readonly isGone: boolean;
}

/** A change and where it was; `overflow`: there were more than the system keeps, and nobody knows which. */
export type SourceChange = (DirectoryChange & { readonly directory: string }) | "overflow";

/**
 * Why a directory cannot be watched: it is not there, may not be read, or the system gives no more watches (`limit`), or
 * none at all.
 */
export type WatchRefusal = "gone" | "denied" | "limit" | "unavailable";

/** What the system tells of directories, each by itself and not of those below it. */
export interface ChangeSource {
  /** Tells of this directory too, by this path; undefined when it will. */
  add(directory: string): WatchRefusal | undefined;
  remove(directory: string): void;
  /** Resolves with what has happened since it was asked last; undefined once it is closed. */
  read(): Promise<readonly SourceChange[] | undefined>;
  close(): void;
}
