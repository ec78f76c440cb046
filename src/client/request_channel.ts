import { AppError } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { isObject, readErrorMessage, readReply } from "../protocol/envelope.ts";
import { decodeControl, encodeControl, type Frame, FrameKind } from "../protocol/frame.ts";
import type { Hello } from "../protocol/hello.ts";
import type { PayloadOf, ReplyOf } from "../protocol/request.ts";
import type { RequestName } from "../protocol/request_traits.ts";
import { answerDaemon } from "./answer_daemon.ts";
import { connectionLost, type FrameChannel, MAX_REPLY_BYTES } from "./frame_channel.ts";
import { Heartbeat } from "./heartbeat.ts";
import { notAnswering } from "./not_answering.ts";
import { understood } from "./understood.ts";

/** What the two sides talk over, once both have said hello. */
export interface RequestChannelOptions {
  readonly channel: FrameChannel;
  /** The daemon's hello. */
  readonly hello: Hello;
  readonly ownHello: Hello;
  readonly clock: Clock;
  readonly heartbeatIntervalMs?: number | undefined;
}

/** Who hears what is no answer. */
export interface RequestChannelListeners {
  /** A message that belongs to something that was asked for before; false when it is none. */
  readonly onMessage: (type: unknown, message: object) => boolean;
  /** Nothing more is read until what it returns has resolved; undefined when nobody wants it. */
  readonly onOutput: (
    stream: "stdout" | "stderr",
    bytes: Uint8Array,
  ) => Promise<void> | void | undefined;
  /** `error` is what open questions fail with; `reason` is undefined when it was we who ended it. */
  readonly onEnd: (error: unknown, reason: unknown) => void;
}

/** A request may be given up before its answer is there. */
export interface RequestOptions {
  signal?: AbortSignal | undefined;
}

interface PendingReply {
  resolve(data: unknown): void;
  reject(error: unknown): void;
}

const PING = { type: "ping", payload: {} } as const;

/** Questions and answers over one connection, any number at a time, in both directions. */
export class RequestChannel {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #options: RequestChannelOptions;
  readonly #listeners: RequestChannelListeners;
  readonly #channel: FrameChannel;
  readonly #heartbeat: Heartbeat;
  readonly #pending = new Map<number, PendingReply>();
  readonly #resolveClosed: () => void;
  #lastId = 0;
  #end: { readonly reason: unknown } | undefined;

  constructor(options: RequestChannelOptions, listeners: RequestChannelListeners) {
    this.#options = options;
    this.#listeners = listeners;
    this.#channel = options.channel;
    this.#channel.maxFrameBytes = MAX_REPLY_BYTES;
    ({ promise: this.closed, resolve: this.#resolveClosed } = Promise.withResolvers<void>());
    this.#heartbeat = new Heartbeat({
      clock: options.clock,
      intervalMs: options.heartbeatIntervalMs,
      // Of this daemon and no other: its end must not bring the next one to life.
      ping: () => void this.ask(this.nextId(), PING, {}).catch(() => undefined),
      onDead: () => this.finish(notAnswering(options.hello.pid)),
    });
    void this.#receiveAll();
  }

  /** Why it ended; its reason is undefined when it was closed by us. */
  get end(): { readonly reason: unknown } | undefined {
    return this.#end;
  }

  /** For a question; what belongs to it carries that number. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Resolves with the daemon's answer. @throws AppError the daemon's own; why the connection ended; the signal's reason */
  async ask<Name extends RequestName>(
    id: number,
    request: { type: Name; payload: PayloadOf<Name> },
    { signal }: RequestOptions,
  ): Promise<ReplyOf<Name>> {
    signal?.throwIfAborted();
    if (this.#end) throw this.#end.reason ?? connectionLost();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    const onAbort = () => reject(signal!.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      // A daemon that refuses us says why before it hangs up: what could not be written is found out by reading.
      void this.write(encodeControl({ id, ...request }));
      return await promise as ReplyOf<Name>;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#pending.delete(id);
    }
  }

  /** Sends a frame; that it could not be written is found out by reading. */
  write(frame: Uint8Array): Promise<void> {
    return this.#channel.write(frame).catch(() => undefined);
  }

  /** Much is going to come. */
  expectOutput(): void {
    this.#channel.expectOutput();
  }

  /** The one end of a connection, by us or by them; what comes later is not listened to. */
  finish(reason: unknown): void {
    if (this.#end) return;
    this.#end = { reason };
    this.#heartbeat.stop();
    this.#channel.close();
    const error = reason ?? connectionLost();
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#listeners.onEnd(error, reason);
    this.#resolveClosed();
  }

  async #receiveAll(): Promise<void> {
    try {
      for (;;) {
        const frame = await this.#channel.read();
        if (frame === undefined || this.#end) break;
        this.#heartbeat.beat();
        await this.#receive(frame);
      }
      this.finish(connectionLost());
    } catch (error) {
      this.finish(error);
    }
  }

  async #receive(frame: Frame): Promise<void> {
    switch (frame.kind) {
      case FrameKind.control:
        return this.#receiveMessage(decodeControl(frame.body));
      case FrameKind.stdout:
        return await this.#receiveOutput("stdout", frame.body);
      case FrameKind.stderr:
        return await this.#receiveOutput("stderr", frame.body);
      case FrameKind.stdin:
        throw new AppError("protocol.malformed", "The daemon sent bytes for a stdin of ours");
    }
  }

  async #receiveOutput(stream: "stdout" | "stderr", bytes: Uint8Array): Promise<void> {
    const writing = this.#listeners.onOutput(stream, bytes);
    if (writing === undefined) return;
    using _pause = this.#heartbeat.pause();
    await writing;
  }

  #receiveMessage(message: unknown): void {
    const known = understood(isObject(message) ? message : undefined);
    if ("ok" in known) this.#receiveReply(known);
    else if (known.type === "error") {
      throw AppError.fromShape(understood(readErrorMessage(known)).error);
    } else if (!this.#listeners.onMessage(known.type, known) && "id" in known) {
      void this.write(answerDaemon(known, this.#options.ownHello));
    }
    // Anything else is news of a newer daemon that we can do without.
  }

  #receiveReply(message: unknown): void {
    const reply = understood(readReply(message));
    const pending = this.#pending.get(reply.id);
    if (reply.ok) pending?.resolve(reply.data);
    else pending?.reject(AppError.fromShape(reply.error));
  }
}
