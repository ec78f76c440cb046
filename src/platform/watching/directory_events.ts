import { type CancelTimer, type Clock, delay } from "../../base/clock.ts";
import { background, guarded } from "../guarded.ts";
import { systemClock } from "../system_clock.ts";
import type { ChangeSource, DirectoryChange, SourceChange, WatchRefusal } from "./change_source.ts";
import { InotifySource } from "./inotify_source.ts";
import { SubtreeSource } from "./subtree_source.ts";

/** What happens to a directory, and to what is in it, but not below that. */
export interface DirectoryListener {
  readonly onChange: (change: DirectoryChange) => void;
  /** Changes were lost, and nobody knows which. */
  readonly onMissed: () => void;
}

/** Options of {@linkcode DirectoryEvents}, for tests. */
export interface DirectoryEventsOptions {
  readonly clock?: Clock;
  readonly openSource?: () => ChangeSource | WatchRefusal;
}

/** What comes together is read together: a directory in which something happens all the time costs no more. */
const PAUSE_MS = 20;
const AGAIN_AFTER_MS = 1_000;

/** Tells of changes in directories, to all who ask, by way of one source, which is there while somebody does. */
export class DirectoryEvents implements Disposable {
  readonly #clock: Clock;
  readonly #openSource: () => ChangeSource | WatchRefusal;
  readonly #listeners = new Map<string, Set<DirectoryListener>>();
  #source: ChangeSource | undefined;
  /** Aborted when the source is closed. */
  #closing = new AbortController();
  #cancelAgain: CancelTimer = () => {};

  constructor({ clock = systemClock, openSource = openSystemSource }: DirectoryEventsOptions = {}) {
    this.#clock = clock;
    this.#openSource = openSource;
  }

  /** Tells of this directory until it is disposed of; or says why not. */
  watch(directory: string, listener: DirectoryListener): Disposable | WatchRefusal {
    const source = this.#source ?? this.#open();
    if (typeof source === "string") return source;
    const refusal = source.add(directory);
    if (refusal !== undefined) {
      this.#closeIfUnused();
      return refusal;
    }
    const listeners = this.#listeners.get(directory) ?? new Set();
    this.#listeners.set(directory, listeners.add(listener));
    return { [Symbol.dispose]: () => this.#leave(directory, listener) };
  }

  [Symbol.dispose](): void {
    this.#listeners.clear();
    this.#closeIfUnused();
  }

  #leave(directory: string, listener: DirectoryListener): void {
    const listeners = this.#listeners.get(directory);
    if (!listeners?.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(directory);
    this.#source?.remove(directory);
    this.#closeIfUnused();
  }

  #open(): ChangeSource | WatchRefusal {
    const source = this.#openSource();
    if (typeof source === "string") return source;
    this.#source = source;
    this.#closing = new AbortController();
    this.#begin(source);
    return source;
  }

  #begin(source: ChangeSource): void {
    const { signal } = this.#closing;
    background("watching.pump", () => this.#pump(source, signal), () => this.#beginAgain(source));
  }

  /** The system keeps what comes meanwhile. */
  #beginAgain(source: ChangeSource): void {
    if (this.#source !== source) return;
    this.#cancelAgain = this.#clock.schedule(
      AGAIN_AFTER_MS,
      guarded("watching.again", () => this.#begin(source), () => this.#beginAgain(source)),
    );
  }

  async #pump(source: ChangeSource, closing: AbortSignal): Promise<void> {
    for (;;) {
      const changes = await source.read();
      changes?.forEach((change) => this.#tell(change));
      if (closing.aborted) return;
      try {
        await delay(this.#clock, PAUSE_MS, closing);
      } catch {
        return;
      }
    }
  }

  readonly #tell = guarded("watching.change", (change: SourceChange) => {
    if (change === "overflow") {
      const all = new Set([...this.#listeners.values()].flatMap((each) => [...each]));
      for (const { onMissed } of all) onMissed();
    } else {
      const listeners = this.#listeners.get(change.directory) ?? [];
      for (const { onChange } of [...listeners]) onChange(change);
    }
  });

  #closeIfUnused(): void {
    if (this.#listeners.size > 0) return;
    this.#cancelAgain();
    this.#closing.abort();
    this.#source?.close();
    this.#source = undefined;
  }
}

function openSystemSource(): ChangeSource | WatchRefusal {
  return Deno.build.os === "linux" ? InotifySource.open() : new SubtreeSource();
}
