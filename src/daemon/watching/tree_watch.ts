/**
 * `daemon/watching/` tells when files change that somebody wants to know of. It watches the directories in which there
 * may be one, each by itself, and no other: what is ignored, and what no glob can mean, is not even listed. It knows
 * neither jobs nor what follows from a change.
 */
import { join } from "@std/path/posix";
import { messageOf } from "../../base/app_error.ts";
import { type CancelTimer, type Clock, delay } from "../../base/clock.ts";
import { background, guarded } from "../../platform/guarded.ts";
import type { DirectoryChange, WatchRefusal } from "../../platform/watching/change_source.ts";
import type { DirectoryEvents } from "../../platform/watching/directory_events.ts";
import { listDirectory } from "../../platform/watching/list_directory.ts";
import { targetKindOf } from "../../platform/read_regular_file.ts";
import { IGNORE_FILE } from "./ignore_rules.ts";
import { isAbove, type Prospect, type WantedFiles, WantedPaths } from "./wanted_paths.ts";
import { WatchTroubles } from "./watch_troubles.ts";

/** What a {@linkcode TreeWatch} needs. */
export interface TreeWatchOptions extends WantedFiles {
  readonly clock: Clock;
  readonly events: DirectoryEvents;
  readonly mostDirectories: number;
  /** A wanted file has come, changed or gone; null: nobody knows which, or whether. */
  readonly onChange: (path: string | null) => void;
  /** It watches other directories now, or there is something else to say of it. */
  readonly onNews: () => void;
}

/** A directory that is watched. */
interface Watched {
  readonly path: string;
  prospect: Prospect;
  watch: Disposable | undefined;
  /** What was told before it was known what is ignored there. */
  untold: DirectoryChange[] | undefined;
  /** Whether there ever was a wanted file. */
  hasWanted: boolean;
}

const AGAIN_AFTER_MS = 1_000;
/** What the system has no watches for is tried again so much later, each time twice as long. */
const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 10 * 60_000;

/** Where something may be found, and what. */
type Place = [path: string, prospect: Prospect];

const TURN_MS = 10;

/** Watches the files that globs mean, wherever they come to be. */
export class TreeWatch implements Disposable {
  readonly #options: TreeWatchOptions;
  readonly #wanted: WantedPaths;
  readonly #troubles: WatchTroubles;
  #watched = new Map<string, Watched>();
  #tops: readonly string[] = [];
  /** Those that went since they were looked for. */
  #goneTops: string[] = [];
  #looks = 0;
  #turnedAtMs = 0;
  #retries = 0;
  #isLooking = false;
  #isLookDue = false;
  #isDisposed = false;
  #cancelAgain: CancelTimer = () => {};

  constructor(options: TreeWatchOptions) {
    this.#options = options;
    this.#wanted = new WantedPaths(options);
    this.#troubles = new WatchTroubles(options.mostDirectories);
  }

  /** How many directories are watched; null until all were looked through once. */
  get directories(): number | null {
    return this.#looks === 0 ? null : this.#watched.size;
  }

  /** Why not all that is wanted is watched, or nothing was found that is; null when all is well. */
  get problem(): string | null {
    return this.#troubles.tell(this.#looks === 0 ? [] : this.#wanted.unfound);
  }

  /** Looks for what is there, and tells from then on. */
  begin(): void {
    this.#lookThrough();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#cancelAgain();
    for (const { watch } of this.#watched.values()) watch?.[Symbol.dispose]();
    this.#watched.clear();
  }

  /** Finds out anew which directories are to be watched. */
  #lookThrough(): void {
    this.#isLookDue = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    background("watching.look", async () => {
      while (this.#isLookDue && !this.#isDisposed) {
        this.#isLookDue = false;
        await this.#lookThroughAll();
      }
      this.#isLooking = false;
    }, (error) => {
      this.#isLooking = false;
      this.#onFailed(error);
    });
  }

  async #lookThroughAll(): Promise<void> {
    const [before, gone] = [this.#watched, this.#goneTops];
    this.#watched = new Map();
    this.#goneTops = [];
    this.#troubles.forget();
    this.#tops = this.#wanted.tops(isDirectory);
    try {
      for (const top of this.#tops) {
        // In the place of one that was removed all is new.
        const isNews = !before.has(top) && gone.some((each) => each === top || isAbove(top, each));
        await this.#visit(top, await this.#wanted.prospectAt(top), { isNews });
      }
    } finally {
      // What is watched in both is so all the time.
      for (const { watch } of before.values()) watch?.[Symbol.dispose]();
    }
    this.#looks++;
    if (this.#isDisposed) return;
    this.#options.onNews();
    if (!this.#troubles.mayPass) this.#retries = 0;
    else this.#lookAgain(Math.min(FIRST_RETRY_MS * 2 ** this.#retries++, LONGEST_RETRY_MS));
  }

  /** Watches a directory and what may be wanted below it; `isNews`: what is there has come just now. */
  async #visit(top: string, prospect: Prospect, how: { isNews: boolean }): Promise<void> {
    const left: Place[] = [[top, prospect]];
    const all = this.#watched;
    this.#turnedAtMs = this.#options.clock.monotonic();
    // It may be looked through anew meanwhile, by somebody who came later.
    while (left.length > 0 && !this.#isDisposed && all === this.#watched) {
      const watched = this.#watch(...left.pop()!);
      if (watched === undefined) continue;
      left.push(...await this.#list(watched, how));
      const { untold = [] } = watched;
      watched.untold = undefined;
      for (const change of untold) this.#onChange(watched, change);
      await this.#giveWay();
    }
  }

  /** Others have their turn while many directories are listed. */
  async #giveWay(): Promise<void> {
    const { clock } = this.#options;
    if (clock.monotonic() - this.#turnedAtMs < TURN_MS) return;
    await delay(clock, 0);
    this.#turnedAtMs = clock.monotonic();
  }

  #watch(path: string, prospect: Prospect): Watched | undefined {
    if (this.#isDisposed || this.#watched.has(path)) return undefined;
    if (this.#watched.size >= this.#options.mostDirectories) {
      this.#troubles.note("many", path);
      return undefined;
    }
    const watched: Watched = { path, prospect, watch: undefined, untold: [], hasWanted: false };
    const watch = this.#options.events.watch(path, {
      onChange: (change) => this.#onChange(watched, change),
      onMissed: () => this.#onMissed(),
    });
    if (typeof watch === "string") return void this.#onRefused(watch, path);
    watched.watch = watch;
    this.#watched.set(path, watched);
    return watched;
  }

  #onRefused(why: WatchRefusal, path: string): void {
    if (why !== "gone") this.#troubles.note(why, path);
  }

  /** Which directories in it are to be visited, too. */
  async #list(
    watched: Watched,
    { isNews }: { isNews: boolean },
  ): Promise<Place[]> {
    const { path: directory, prospect } = watched;
    const entries = listDirectory(directory);
    if (entries === undefined) this.#troubles.note("denied", directory);
    if (entries?.some(({ name }) => name === IGNORE_FILE)) {
      watched.prospect = { ...prospect, rules: await prospect.rules.with(directory) };
    }
    return (entries ?? []).flatMap((entry) => {
      const next = this.#wanted.step(watched.prospect, { directory, ...entry });
      if (next === undefined) return [];
      const path = join(directory, entry.name);
      if (entry.isDirectory) return [[path, next]];
      if (!this.#wanted.isWanted(next)) return [];
      watched.hasWanted = true;
      if (isNews && !this.#isDisposed) this.#options.onChange(path);
      return [];
    });
  }

  #onChange(watched: Watched, change: DirectoryChange): void {
    if (this.#isDisposed) return;
    if (watched.untold !== undefined) return void watched.untold.push(change);
    const { name, isDirectory, isGone } = change;
    const { path: directory } = watched;
    if (name === "") return this.#onGone(directory);
    if (name === IGNORE_FILE) this.#lookThrough();
    const path = join(directory, name);
    // Where it is not told what it was, a file is nobody's directory.
    if (isGone && this.#watched.has(path)) return this.#onGone(path);
    const next = this.#wanted.step(watched.prospect, { directory, name, isDirectory });
    if (next === undefined) return;
    if (isDirectory) {
      if (!isGone && !this.#watched.has(path)) this.#comeTo(path, next);
    } else if (this.#wanted.isWanted(next)) {
      watched.hasWanted = true;
      this.#options.onChange(path);
    }
  }

  #comeTo(path: string, prospect: Prospect): void {
    background("watching.visit", async () => {
      await this.#visit(path, prospect, { isNews: true });
      if (!this.#isDisposed) this.#options.onNews();
    }, (error) => this.#onFailed(error));
  }

  /** Files of a directory that was moved away are not told one by one. */
  #onGone(directory: string): void {
    const gone = [...this.#watched.values()].filter(({ path }) =>
      path === directory || path.startsWith(`${directory}/`)
    );
    for (const { path, watch } of gone) {
      watch?.[Symbol.dispose]();
      this.#watched.delete(path);
    }
    if (gone.some(({ hasWanted }) => hasWanted)) this.#options.onChange(directory);
    if (this.#tops.includes(directory)) {
      this.#goneTops.push(directory);
      this.#lookThrough();
    } else if (gone.length > 0) this.#options.onNews();
  }

  #onMissed(): void {
    if (this.#isDisposed || this.#isLookDue) return;
    this.#options.onChange(null);
    this.#lookThrough();
  }

  #onFailed(error: unknown): void {
    if (this.#isDisposed) return;
    this.#lookAgain(AGAIN_AFTER_MS);
    this.#looks++;
    this.#troubles.note("failed", messageOf(error));
    this.#options.onNews();
  }

  #lookAgain(inMs: number): void {
    const again = () => this.#lookAgain(AGAIN_AFTER_MS);
    this.#cancelAgain();
    this.#cancelAgain = this.#options.clock.schedule(
      inMs,
      guarded("watching.look_again", () => this.#lookThrough(), again),
    );
  }
}

function isDirectory(path: string): boolean {
  try {
    return targetKindOf(path) === "a directory";
  } catch {
    // It is there, for all that anybody can see.
    return true;
  }
}
