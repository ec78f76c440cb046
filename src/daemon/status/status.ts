import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Settings } from "../../config/settings.ts";
import { writeStatusJson } from "../../facts/status_json.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { wasRead } from "../../platform/was_read.ts";
import { isForeignPeer } from "../../platform/sockets/peer_check.ts";
import type { Counters, StatusSnapshot } from "../../protocol/snapshot.ts";
import type { EventBus } from "../jobs/event_bus.ts";
import { openListener } from "../../rpc/server/open_listener.ts";
import { StatusFile } from "./status_file.ts";
import { StatusServer } from "./status_server.ts";

/** What the status is told from. */
export interface StatusOptions {
  readonly clock: Clock;
  readonly rounds: Clock;
  readonly logger: Logger;
  readonly settings: () => Settings;
  readonly counters: Counters;
  readonly bus: EventBus;
  readonly paths: ImpPaths;
  /** How things are now; what jobs use as of its last sample, where it says not to sample. */
  readonly snapshot: (samples?: boolean) => StatusSnapshot;
  readonly isAnyUp: () => boolean;
  /** Called when a reader came or went. */
  readonly onReaders: () => void;
}

/** How things are, for everybody who wants to look: the status socket, and the file for when that cannot be had. */
export class Status implements AsyncDisposable {
  readonly #options: StatusOptions;
  readonly #server: StatusServer;
  #file: StatusFile | undefined;

  constructor(options: StatusOptions) {
    this.#options = options;
    this.#server = new StatusServer({ ...options, isForeignPeer });
  }

  /** How many read the stream. */
  get readers(): number {
    return this.#server.readers;
  }

  /** Begins to tell; again when the socket was taken away. */
  async listenAt(path: string): Promise<void> {
    const { paths } = this.#options;
    await this.#server.close();
    this.#server.listen(openListener(path, this.#options));
    this.#file ??= new StatusFile({
      ...this.#options,
      write: (snapshot) => writeStatusJson(paths, snapshot),
      isWatched: () => this.readers > 0 || !this.isInPlace,
      wasRead: () => wasRead(paths.statusJson),
    });
  }

  /** False while readers do not find the socket. */
  get isInPlace(): boolean {
    return this.#server.isInPlace;
  }

  /** Writes the file now, for when it was taken away. */
  writeFile(): void {
    this.#file?.write();
  }

  /** Takes no new readers; those who are there see what becomes of the jobs. */
  async close(): Promise<void> {
    await this.#server.close();
  }

  /** Tells it for the last time. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#file?.[Symbol.dispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}
