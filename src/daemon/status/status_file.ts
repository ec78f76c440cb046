import { messageOf } from "../../base/app_error.ts";
import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { guarded } from "../../platform/guarded.ts";
import type { StatusSnapshot } from "../../protocol/snapshot.ts";
import type { EventBus } from "../jobs/event_bus.ts";

/** However much happens, the file is written this often at most. */
const LEAST_INTERVAL_MS = 1_000;
/** Readers take a file that is older than 5 s for stale. */
const REFRESH_INTERVAL_MS = 3_000;
/** Writing all jobs takes a while when there are thousands: so many times that long the daemon does other things. */
const REST_PER_COST = 20;

/** What the status file is made of. */
export interface StatusFileOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
  readonly snapshot: () => StatusSnapshot;
  /** Replaces the file. */
  readonly write: (snapshot: StatusSnapshot) => void;
  /** Whether the file is to stay fresh although nothing changes; a daemon that only waits lets the disk rest. */
  readonly isWatched: () => boolean;
}

/** The snapshot on disk, for when the socket cannot be had. */
export class StatusFile implements Disposable {
  readonly #options: StatusFileOptions;
  readonly #listening: Disposable;
  #cancel: CancelTimer = () => {};
  #dueAt = Infinity;
  /** Not before this, however much happens. */
  #restsUntil = -Infinity;
  #hasChanged = true;
  #problem: string | undefined;

  /** Writes the file for the first time. */
  constructor(options: StatusFileOptions) {
    this.#options = options;
    this.#listening = options.bus.listen("status_file.event", () => {
      this.#hasChanged = true;
      this.#lookIn(this.#restsUntil - options.clock.monotonic());
    });
    this.#look();
  }

  /** Writes it for the last time. */
  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    this.#cancel();
    this.#write();
  }

  #lookIn(delayMs: number): void {
    const { clock } = this.#options;
    const dueAt = clock.monotonic() + Math.max(0, delayMs);
    if (dueAt >= this.#dueAt) return;
    this.#cancel();
    this.#dueAt = dueAt;
    const look = guarded("status_file.look", () => this.#look(), () => this.#lookLater());
    this.#cancel = clock.schedule(dueAt - clock.monotonic(), look);
  }

  #look(): void {
    if (this.#hasChanged || this.#options.isWatched()) this.#write();
    this.#lookLater();
  }

  #lookLater(): void {
    this.#dueAt = Infinity;
    this.#lookIn(REFRESH_INTERVAL_MS);
  }

  /** Writes it now, whatever has changed. */
  write(): void {
    this.#write();
  }

  #write(): void {
    const { clock, snapshot, write, logger } = this.#options;
    this.#hasChanged = false;
    const beganAt = clock.monotonic();
    try {
      write(snapshot());
      this.#problem = undefined;
    } catch (error) {
      this.#hasChanged = true;
      const problem = messageOf(error);
      if (problem !== this.#problem) logger.warn("Cannot write the status file", { problem });
      this.#problem = problem;
    }
    const endedAt = clock.monotonic();
    const restMs = Math.max(LEAST_INTERVAL_MS, (endedAt - beganAt) * REST_PER_COST);
    this.#restsUntil = endedAt + Math.min(restMs, REFRESH_INTERVAL_MS);
  }
}
