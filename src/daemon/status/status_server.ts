import { AppError, messageOf } from "../../base/app_error.ts";
import { type CancelTimer, type Clock, within } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Settings } from "../../config/settings.ts";
import { setSendBuffer } from "../../platform/sockets/accepted_sockets.ts";
import { background, guarded } from "../../platform/guarded.ts";
import type { Counters, StatusSnapshot } from "../../protocol/snapshot.ts";
import { Door, type Listener } from "../../rpc/server/door.ts";
import type { EventBus } from "../jobs/event_bus.ts";
import type { ByteConnection } from "../../rpc/server/outbox.ts";
import { StatusReader } from "./status_reader.ts";

/** While nothing is up. */
const IDLE_INTERVAL_MS = 1_000;
/** How long the last line may take to be read when the daemon ends. */
const LAST_LINE_LIMIT_MS = 500;
/** With so many readers, those that are gone are seen off before the next. */
const CROWD = 32;
const LEAST_SEND_BUFFER_BYTES = 4_096;

/** What the status stream is made of. */
export interface StatusServerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: () => Settings;
  readonly counters: Counters;
  readonly bus: EventBus;
  /** How things are now. */
  readonly snapshot: () => StatusSnapshot;
  readonly isAnyUp: () => boolean;
  /** True when the reader is another user; asked right after it was accepted. */
  readonly isForeignPeer: (socket: object) => boolean;
  /** Called when a reader came or went. */
  readonly onReaders: () => void;
}

/**
 * Tells everybody who connects how things are, again and again: one snapshot a line, encoded once for all. Who reads
 * slowly gets fewer lines, never old ones.
 */
export class StatusServer implements AsyncDisposable {
  readonly #options: StatusServerOptions;
  readonly #readers = new Set<StatusReader>();
  readonly #listening: Disposable;
  readonly #door: Door<ByteConnection>;
  #cancelTick: CancelTimer | undefined;
  #dueAt = Infinity;
  #tickedAt = -Infinity;
  #line: { readonly bytes: Uint8Array; readonly seq: number; readonly at: number } | undefined;

  constructor(options: StatusServerOptions) {
    this.#options = options;
    this.#door = new Door({
      ...options,
      letIn: (socket) => this.#accept(socket),
      isCrowded: () => this.#readers.size >= CROWD,
    });
    this.#listening = options.bus.listen("status.event", () => this.#tickSoon());
  }

  /** How many read. */
  get readers(): number {
    return this.#readers.size;
  }

  /** False while readers do not find us: the socket was removed or replaced. */
  get isInPlace(): boolean {
    return this.#door.isInPlace;
  }

  /** Begins to accept. */
  listen(listener: Listener<ByteConnection>): void {
    this.#door.listen("status.accept", listener);
  }

  /** Stops accepting and removes the socket, unless it is another daemon's by now; who reads goes on. */
  async close(): Promise<void> {
    await this.#door.close();
  }

  /** Tells the readers how things were at the end, and closes their connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    this.#listening[Symbol.dispose]();
    this.#cancelTick?.();
    await within(this.#options.clock, LAST_LINE_LIMIT_MS, Promise.all(this.#sendToAll()));
    for (const reader of [...this.#readers]) reader.close();
    await this.#door.isLeft;
  }

  async #accept(socket: ByteConnection): Promise<void> {
    const { clock, counters, settings, isForeignPeer, logger, onReaders } = this.#options;
    counters.connections++;
    if (isForeignPeer(socket)) {
      counters.rejected_connections++;
      logger.warn("Another user's connection was refused");
      return socket.close();
    }
    const reader: StatusReader = new StatusReader(socket, {
      onWritten: (bytes) => counters.bytes_out += bytes,
      onSilent: () => {
        if (!reader.isBusy) background("status.probe", () => Promise.all(this.#sendTo([reader])));
      },
      onGone: () => {
        if (this.#readers.delete(reader)) onReaders();
      },
    });
    if (this.#readers.size >= settings().maxConnections) {
      counters.rejected_connections++;
      await reader.send(encodeLine({ type: "error", error: tooMany(this.#readers.size) }));
      return reader.close();
    }
    const line = this.#currentLine();
    // What waits in there is old by the time it is read.
    setSendBuffer(socket, Math.max(line.length, LEAST_SEND_BUFFER_BYTES));
    this.#readers.add(reader);
    onReaders();
    background("status.first_line", () => reader.send(line), () => reader.close());
    background("status.reader", () => reader.watch(), () => reader.close());
    if (this.#cancelTick !== undefined) return;
    this.#tickedAt = clock.monotonic();
    this.#schedule(this.#intervalMs());
  }

  /** A change is worth a line, unless the next is due at once anyway. */
  #tickSoon(): void {
    if (this.#cancelTick === undefined) return;
    const { clock, settings } = this.#options;
    const at = this.#tickedAt + settings().statusIntervalMs;
    if (at < this.#dueAt) this.#schedule(Math.max(0, at - clock.monotonic()));
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#options;
    this.#cancelTick?.();
    this.#dueAt = clock.monotonic() + delayMs;
    const tick = guarded(
      "status.tick",
      () => this.#tick(),
      () => this.#schedule(this.#intervalMs()),
    );
    this.#cancelTick = clock.schedule(delayMs, tick);
  }

  #tick(): void {
    this.#cancelTick = undefined;
    this.#dueAt = Infinity;
    this.#line = undefined;
    if (this.#readers.size === 0) return;
    this.#tickedAt = this.#options.clock.monotonic();
    background("status.lines", () => Promise.all(this.#sendToAll()));
    this.#schedule(this.#intervalMs());
  }

  #sendToAll(): Promise<void>[] {
    return this.#sendTo([...this.#readers].filter((reader) => !reader.isBusy));
  }

  #sendTo(ready: readonly StatusReader[]): Promise<void>[] {
    if (ready.length === 0) return [];
    try {
      const line = this.#currentLine();
      return ready.map((reader) => reader.send(line));
    } catch (error) {
      this.#options.logger.error("No status could be told", { error: messageOf(error) });
      return [];
    }
  }

  #intervalMs(): number {
    const { settings, isAnyUp } = this.#options;
    const { statusIntervalMs } = settings();
    return isAnyUp() ? statusIntervalMs : Math.max(statusIntervalMs, IDLE_INTERVAL_MS);
  }

  /** The line that says how things are; the last one as long as it is true and new. */
  #currentLine(): Uint8Array {
    const { clock, bus, settings, snapshot } = this.#options;
    const now = clock.monotonic();
    const last = this.#line;
    const isGood = last !== undefined && last.seq === bus.seq &&
      now - last.at < settings().statusIntervalMs;
    if (isGood) return last.bytes;
    const bytes = encodeLine(snapshot());
    this.#line = { bytes, seq: bus.seq, at: now };
    return bytes;
  }
}

const encoder = new TextEncoder();

function encodeLine(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value) + "\n");
}

function tooMany(readers: number) {
  return new AppError("limit.connections", `The daemon has ${readers} readers of its status`, {
    hint: "Close some, or raise max_connections in the settings",
  }).toShape();
}
