import { messageOf } from "../../base/app_error.ts";
import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { ROUND_MS } from "../../lifecycle/rounds.ts";
import { guarded } from "../../platform/guarded.ts";
import type { StatusSnapshot } from "../../protocol/snapshot.ts";
import type { EventBus } from "../jobs/event_bus.ts";

/** However much happens, the file is written this often at most. */
const LEAST_INTERVAL_MS = 1_000;
/** Readers take a file that is older than 5 s for stale. */
const REFRESH_INTERVAL_MS = ROUND_MS.slow / 2;
/** Whether anybody reads it is looked at this often, */
const LOOK_EVERY_MS = ROUND_MS.slow;
/** and this often while nothing is up. */
const LOOK_AT_REST_MS = ROUND_MS.rare;
/** Whoever has read it is taken for a reader so long; */
const READER_STAYS_MS = 60_000;
/** and where nobody can tell that it was read, what jobs use is not older than this while anything is up. */
const OLDEST_MS = 60_000;
/** Writing all jobs takes a while when there are thousands: so many times that long the daemon does other things. */
const REST_PER_COST = 20;

/** What the status file is made of. */
export interface StatusFileOptions {
  readonly clock: Clock;
  readonly rounds: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
  /** How things are now; what jobs use, as of its last sample unless it is to be sampled. */
  readonly snapshot: (samples: boolean) => StatusSnapshot;
  /** Replaces the file. */
  readonly write: (snapshot: StatusSnapshot) => void;
  /** Whether the file is to stay fresh although nothing changes. */
  readonly isWatched: () => boolean;
  /** Whether there is anything whose use of processor and memory changes. */
  readonly isAnyUp: () => boolean;
  /** Whether somebody has read the file since it was written. */
  readonly wasRead: () => boolean;
}

/**
 * The snapshot on disk, for when the socket cannot be had: written when something has changed, and again and again only
 * for those who read it. A daemon that only waits lets the disk rest. What jobs use is sampled for readers, too: that is
 * a look at all processes, which would keep whoever waits for what has changed.
 */
export class StatusFile implements Disposable {
  readonly #options: StatusFileOptions;
  readonly #listening: Disposable;
  #cancel: CancelTimer = () => {};
  #dueAt = Infinity;
  /** Not before this, however much happens. */
  #restsUntil = -Infinity;
  #hasChanged = true;
  #readAt = -Infinity;
  #sampledAt = -Infinity;
  #problem: string | undefined;

  /** Writes the file for the first time. */
  constructor(options: StatusFileOptions) {
    this.#options = options;
    this.#listening = options.bus.listen("status_file.event", () => {
      this.#hasChanged = true;
      this.#lookIn(this.#restsUntil - options.clock.monotonic(), options.clock);
    });
    this.#look();
  }

  /** Writes it for the last time. */
  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    this.#cancel();
    this.#write(false);
  }

  #lookIn(delayMs: number, clock: Clock): void {
    const dueAt = clock.monotonic() + Math.max(0, delayMs);
    if (dueAt >= this.#dueAt) return;
    this.#cancel();
    this.#dueAt = dueAt;
    const look = guarded("status_file.look", () => this.#look(), () => this.#lookLater());
    this.#cancel = clock.schedule(Math.max(0, delayMs), look);
  }

  #look(): void {
    const { clock, isAnyUp, wasRead } = this.#options;
    if (isAnyUp() && wasRead()) this.#readAt = clock.monotonic();
    const isToBeFresh = this.#isToBeFresh();
    if (this.#hasChanged || isToBeFresh) this.#write(isToBeFresh);
    this.#lookLater();
  }

  #lookLater(): void {
    const { rounds, isAnyUp } = this.#options;
    this.#dueAt = Infinity;
    const isDue = this.#hasChanged || this.#isToBeFresh();
    const restMs = isAnyUp() ? LOOK_EVERY_MS : LOOK_AT_REST_MS;
    this.#lookIn(isDue ? REFRESH_INTERVAL_MS : restMs, rounds);
  }

  #isToBeFresh(): boolean {
    const { clock, isWatched, isAnyUp } = this.#options;
    if (isWatched()) return true;
    const now = clock.monotonic();
    const isOld = now - this.#sampledAt >= OLDEST_MS;
    return isAnyUp() && (isOld || now - this.#readAt < READER_STAYS_MS);
  }

  /** Writes it now, whatever has changed. */
  write(): void {
    this.#write(true);
  }

  #write(samples: boolean): void {
    const { clock, snapshot, write, logger } = this.#options;
    this.#hasChanged = false;
    const beganAt = clock.monotonic();
    try {
      write(snapshot(samples));
      this.#problem = undefined;
    } catch (error) {
      this.#hasChanged = true;
      const problem = messageOf(error);
      if (problem !== this.#problem) logger.warn("Cannot write the status file", { problem });
      this.#problem = problem;
    }
    const endedAt = clock.monotonic();
    if (samples) this.#sampledAt = endedAt;
    const restMs = Math.max(LEAST_INTERVAL_MS, (endedAt - beganAt) * REST_PER_COST);
    this.#restsUntil = endedAt + Math.min(restMs, REFRESH_INTERVAL_MS);
  }
}
