import type { Clock } from "../base/clock.ts";
import { systemClock } from "./system_clock.ts";

/** How often a file is looked at that the system cannot notify us of. */
const POLL_MS = 250;

/** Notifications about one file. */
export interface FileWatch extends Disposable {
  /** Asks for the next change; without it nothing is fetched, so that a slow reader costs nothing. */
  arm(): void;
  /** From now on looks every 250 ms: a file without a name changes unnoticed. */
  poll(): void;
}

/** Options of {@linkcode watchFile}, for tests. */
export interface FileWatchOptions {
  clock?: Clock;
  openWatcher?: (directory: string) => Deno.FsWatcher;
}

/**
 * Calls `onChange` after `arm()` when something may have happened to `path`, which need not exist. It is told too often
 * rather than not often enough: everything in the directory counts, and what happened before `arm()` too. Where
 * notifications are not to be had (limits reached, no directory yet) it calls every 250 ms.
 */
export function watchFile(
  path: string,
  onChange: () => void,
  options: FileWatchOptions = {},
): FileWatch {
  const directory = path.slice(0, Math.max(path.lastIndexOf("/"), 1));
  return new Subscription(directory, onChange, options);
}

class Subscription implements FileWatch {
  readonly #directory: string;
  readonly #onChange: () => void;
  readonly #clock: Clock;
  readonly #openWatcher: (directory: string) => Deno.FsWatcher;
  #watched: WatchedDirectory | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Why there are no notifications: the directory may still come, the others are for good. */
  #mayRetry = false;
  isArmed = false;

  constructor(directory: string, onChange: () => void, options: FileWatchOptions) {
    this.#directory = directory;
    this.#onChange = onChange;
    this.#clock = options.clock ?? systemClock;
    this.#openWatcher = options.openWatcher ?? openDenoWatcher;
    this.#attach();
  }

  arm(): void {
    if (this.isArmed) return;
    this.isArmed = true;
    if (this.#watched !== undefined) {
      this.#watched.pump();
      return;
    }
    this.#cancelTimer = this.#clock.schedule(POLL_MS, () => {
      if (this.#mayRetry) this.#attach();
      this.fire();
    });
  }

  poll(): void {
    this.#watched?.leave(this);
    this.#watched = undefined;
    this.#mayRetry = false;
    if (!this.isArmed) return;
    this.isArmed = false;
    this.arm();
  }

  /** Called by the directory, or by the timer. */
  fire(): void {
    if (!this.isArmed) return;
    this.isArmed = false;
    this.#onChange();
  }

  [Symbol.dispose](): void {
    this.isArmed = false;
    this.#cancelTimer?.();
    this.#watched?.leave(this);
    this.#watched = undefined;
  }

  #attach(): void {
    try {
      this.#watched = WatchedDirectory.join(this.#directory, this, this.#openWatcher);
      this.#mayRetry = false;
    } catch (error) {
      this.#mayRetry = error instanceof Deno.errors.NotFound;
    }
  }
}

function openDenoWatcher(directory: string): Deno.FsWatcher {
  // Right after a watcher of this path was closed, Deno may open one although the directory is gone.
  Deno.statSync(directory);
  return Deno.watchFs(directory, { recursive: false });
}

/** One watcher for all who look at files of a directory: a user may have 128 of them in all. */
class WatchedDirectory {
  static readonly #all = new Map<string, WatchedDirectory>();
  readonly #path: string;
  readonly #watcher: Deno.FsWatcher;
  readonly #events: AsyncIterator<Deno.FsEvent>;
  readonly #subscriptions = new Set<Subscription>();
  #isPumping = false;

  private constructor(path: string, watcher: Deno.FsWatcher) {
    this.#path = path;
    this.#watcher = watcher;
    this.#events = watcher[Symbol.asyncIterator]();
  }

  static join(
    path: string,
    subscription: Subscription,
    open: (directory: string) => Deno.FsWatcher,
  ): WatchedDirectory {
    let directory = this.#all.get(path);
    if (directory === undefined) {
      directory = new WatchedDirectory(path, open(path));
      this.#all.set(path, directory);
    }
    directory.#subscriptions.add(subscription);
    return directory;
  }

  leave(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    if (this.#subscriptions.size > 0 || WatchedDirectory.#all.get(this.#path) !== this) return;
    WatchedDirectory.#all.delete(this.#path);
    this.#watcher.close();
  }

  /** Fetches events as long as somebody waits for one; the system keeps the others, or drops what is too many. */
  async pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#isAnyArmed()) {
        const { done } = await this.#events.next();
        if (done) break;
        // Not by name: when events are dropped, those of another file may be all that is left to tell of ours.
        for (const subscription of [...this.#subscriptions]) subscription.fire();
      }
      if (this.#isAnyArmed()) this.#giveUp();
    } catch {
      this.#giveUp();
    }
    // In one step with the look at who is armed, or an arm() in between would wait for a pump that has stopped.
    this.#isPumping = false;
  }

  #isAnyArmed(): boolean {
    return [...this.#subscriptions].some((subscription) => subscription.isArmed);
  }

  #giveUp(): void {
    if (WatchedDirectory.#all.get(this.#path) === this) {
      WatchedDirectory.#all.delete(this.#path);
      this.#watcher.close();
    }
    for (const subscription of [...this.#subscriptions]) subscription.poll();
  }
}
