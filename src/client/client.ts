/**
 * `client/` is the caller's side of the socket: connecting, starting or replacing a daemon, requests, events and the
 * output of an exec. It never touches a job itself; what warm calls do not need is imported when it is needed.
 */
import { AppError, toErrorShape } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import {
  isObject,
  readErrorMessage,
  readEvent,
  readExit,
  readReply,
  readRequest,
} from "../protocol/envelope.ts";
import type { EventSnapshot, ImpEvent } from "../protocol/event.ts";
import { decodeControl, encodeControl, type Frame, FrameKind } from "../protocol/frame.ts";
import type { Hello } from "../protocol/hello.ts";
import type { ExitMessage } from "../protocol/message.ts";
import type { PayloadOf, ReplyOf } from "../protocol/request.ts";
import { REQUEST_TRAITS, type RequestName } from "../protocol/request_traits.ts";
import { EventQueue } from "./event_queue.ts";
import { connectionLost, type FrameChannel } from "./frame_channel.ts";
import { Heartbeat } from "./heartbeat.ts";
import { notAnswering } from "./not_answering.ts";

/** What is known once both sides have said hello. */
export interface ClientOptions {
  readonly channel: FrameChannel;
  /** The daemon's hello. */
  readonly hello: Hello;
  readonly ownHello: Hello;
  readonly clock: Clock;
  readonly heartbeatIntervalMs?: number | undefined;
  /** Connects to the next daemon, for requests that this one cannot answer any more. */
  readonly renew?: (() => Promise<DaemonClient>) | undefined;
}

/** A request may be given up before its answer is there. */
export interface RequestOptions {
  signal?: AbortSignal | undefined;
}

/**
 * Where the output of an exec goes; nothing more is read from the daemon until a write has resolved, and the bytes are
 * only good until then.
 */
export interface ExecOutput {
  write(stream: "stdout" | "stderr", bytes: Uint8Array): Promise<void> | void;
}

/** A subscription: what was true when it began, and every change since. */
export interface Subscription {
  readonly snapshot: EventSnapshot;
  /** Ends when the client is closed, throws when the connection is lost. To be iterated once. */
  readonly events: AsyncIterable<ImpEvent>;
}

interface PendingReply {
  resolve(data: unknown): void;
  reject(error: unknown): void;
}

interface RunningExec extends PendingReply {
  readonly output: ExecOutput;
}

/** A list of a thousand jobs is larger than any request may be; the daemon is our own and may send it. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** A daemon that leaves, or has given our place to another, has not looked at what it has not answered. */
const LEFT_UNDONE = ["daemon.stopping", "limit.gave_way"];

const PING = { type: "ping", payload: {} } as const;

/** A connection to the daemon, for any number of requests at a time. */
export class DaemonClient implements AsyncDisposable {
  readonly hello: Hello;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #options: ClientOptions;
  readonly #channel: FrameChannel;
  readonly #heartbeat: Heartbeat;
  readonly #pending = new Map<number, PendingReply>();
  readonly #subscriptions = new Map<number, EventQueue>();
  readonly #resolveClosed: () => void;
  #exec: RunningExec | undefined;
  #successor: Promise<DaemonClient> | undefined;
  #lastId = 0;
  #end: { readonly reason: unknown } | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.hello = options.hello;
    this.#channel = options.channel;
    this.#channel.maxFrameBytes = MAX_REPLY_BYTES;
    ({ promise: this.closed, resolve: this.#resolveClosed } = Promise.withResolvers<void>());
    this.#heartbeat = new Heartbeat({
      clock: options.clock,
      intervalMs: options.heartbeatIntervalMs,
      // Of this daemon and no other: its end must not bring the next one to life.
      ping: () => void this.#ask(++this.#lastId, PING, {}).catch(() => undefined),
      onDead: () => this.#finish(notAnswering(this.hello.pid)),
    });
    void this.#receiveAll();
  }

  /** Why the connection ended; undefined while it is there and when it was closed by us. */
  get closeReason(): unknown {
    return this.#end?.reason;
  }

  /**
   * Asks the daemon and resolves with its answer. When the daemon leaves before it has done anything about it, the next
   * one is asked.
   * @throws AppError the daemon's own, or `daemon.connection_lost`; the signal's reason when it is aborted
   */
  async request<Name extends RequestName>(
    type: Name,
    payload: PayloadOf<Name>,
    options: RequestOptions = {},
  ): Promise<ReplyOf<Name>> {
    try {
      return await this.#ask(++this.#lastId, { type, payload }, options);
    } catch (error) {
      const successor = await this.#successorAfter(error, type);
      if (successor === undefined) throw error;
      return await successor.request(type, payload, options);
    }
  }

  /** Asks for events. The signal ends the subscription at any time. */
  async subscribe(
    payload: PayloadOf<"subscribe">,
    options: RequestOptions = {},
  ): Promise<Subscription> {
    const id = ++this.#lastId;
    // Events may be in the same packet as the answer, so the queue is there before it.
    const queue = new EventQueue();
    this.#subscriptions.set(id, queue);
    const end = () => {
      this.#subscriptions.delete(id);
      queue.end();
    };
    options.signal?.addEventListener("abort", end, { once: true });
    try {
      const snapshot = await this.#ask(id, { type: "subscribe", payload }, options);
      return { snapshot, events: queue };
    } catch (error) {
      options.signal?.removeEventListener("abort", end);
      end();
      throw error;
    }
  }

  /**
   * Runs a command through the daemon and resolves with its end. One at a time on a connection. Aborting the signal
   * closes the connection, which is what cancels the command.
   * @throws AppError `exec.connection_lost` when its end is not known; the daemon's own; what `output` throws
   */
  async exec(
    payload: PayloadOf<"exec">,
    options: RequestOptions & { output: ExecOutput },
  ): Promise<ExitMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    promise.catch(() => undefined);
    this.#exec = { output: options.output, resolve, reject };
    this.#channel.expectOutput();
    const cancel = () => this.#finish(options.signal!.reason);
    options.signal?.addEventListener("abort", cancel, { once: true });
    try {
      const start = this.#ask(++this.#lastId, { type: "exec", payload }, options);
      const failure = await start.then(() => undefined, (error) => ({ error }));
      if (failure === undefined) return await promise as ExitMessage;
      const successor = await this.#successorAfter(failure.error, "exec");
      if (successor === undefined) throw failure.error;
      return await successor.exec(payload, options);
    } catch (error) {
      throw hasCode(error, "daemon.connection_lost") ? execLost(error) : error;
    } finally {
      options.signal?.removeEventListener("abort", cancel);
      this.#exec = undefined;
    }
  }

  /** Ends the connection; open requests fail. Calling it again does nothing. */
  close(): void {
    this.#finish(undefined);
    this.#successor?.then((successor) => successor.close(), () => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed;
  }

  /** Who is to be asked instead, when the daemon has not done what it was asked for, or doing it twice is no harm. */
  #successorAfter(error: unknown, type: RequestName): Promise<DaemonClient> | undefined {
    const { renew } = this.#options;
    const { nature } = REQUEST_TRAITS[type];
    if (renew === undefined || nature === "ends") return undefined;
    // Who only asks does not mind whether a daemon that was killed had done it already.
    const wasLeft = LEFT_UNDONE.some((code) => hasCode(error, code)) ||
      hasCode(error, "daemon.connection_lost") && nature === "asks";
    const wasClosedByUs = this.#end !== undefined && this.#end.reason === undefined;
    if (!wasLeft || wasClosedByUs) return undefined;
    return this.#successor ??= renew();
  }

  async #ask<Name extends RequestName>(
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
      this.#channel.write(encodeControl({ id, ...request })).catch(() => undefined);
      return await promise as ReplyOf<Name>;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#pending.delete(id);
    }
  }

  async #receiveAll(): Promise<void> {
    try {
      for (;;) {
        const frame = await this.#channel.read();
        if (frame === undefined || this.#end) break;
        this.#heartbeat.beat();
        await this.#receive(frame);
      }
      this.#finish(connectionLost());
    } catch (error) {
      this.#finish(error);
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
    if (!this.#exec) return;
    using _pause = this.#heartbeat.pause();
    await this.#exec.output.write(stream, bytes);
  }

  #receiveMessage(message: unknown): void {
    if (!isObject(message)) throw notUnderstood();
    const { type } = message;
    if ("ok" in message) this.#receiveReply(message);
    else if (type === "event") this.#receiveEvent(message);
    else if (type === "exit") this.#exec?.resolve(understood(readExit(message)));
    else if (type === "error") {
      throw AppError.fromShape(understood(readErrorMessage(message)).error);
    } else if ("id" in message) this.#answer(message);
    // Anything else is news of a newer daemon that we can do without.
  }

  #receiveReply(message: unknown): void {
    const reply = understood(readReply(message));
    const pending = this.#pending.get(reply.id);
    if (reply.ok) pending?.resolve(reply.data);
    else pending?.reject(AppError.fromShape(reply.error));
  }

  #receiveEvent(message: unknown): void {
    const { subscription, event } = understood(readEvent(message));
    this.#subscriptions.get(subscription)?.push(event);
  }

  #answer(message: unknown): void {
    const { id, type } = understood(readRequest(message));
    const { version, build, pid } = this.#options.ownHello;
    const unknown = new AppError("protocol.unknown_request", `Clients do not answer "${type}"`);
    const answer = type === "ping"
      ? { id, ok: true, data: { version, build, pid } }
      : { id, ok: false, error: toErrorShape(unknown) };
    this.#channel.write(encodeControl(answer)).catch(() => undefined);
  }

  /** The one end of a connection, by us or by them; what comes later is not listened to. */
  #finish(reason: unknown): void {
    if (this.#end) return;
    this.#end = { reason };
    this.#heartbeat.stop();
    this.#channel.close();
    const error = reason ?? connectionLost();
    for (const pending of this.#pending.values()) pending.reject(error);
    for (const queue of this.#subscriptions.values()) queue.end(reason);
    this.#exec?.reject(error);
    this.#resolveClosed();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof AppError && error.code === code;
}

function understood<Message>(message: Message | undefined): Message {
  if (message === undefined) throw notUnderstood();
  return message;
}

function notUnderstood(): AppError {
  return new AppError("protocol.malformed", "Cannot understand a message of the daemon", {
    hint: "`imp daemon restart` brings the daemon to the version of this imp; jobs go on",
  });
}

function execLost(cause: unknown): AppError {
  return new AppError(
    "exec.connection_lost",
    "Lost the connection to the daemon before the command's end was known",
    { hint: "The daemon ends a command whose client is gone", cause },
  );
}
