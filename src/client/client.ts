/**
 * `client/` is the caller's side of the socket: connecting, starting or replacing a daemon, requests, events and the
 * output of an exec. It never touches a job itself; what warm calls do not need is imported when it is needed.
 */
import { readEvent } from "../protocol/envelope.ts";
import type { ImpEvent } from "../protocol/event.ts";
import type { EventSnapshot } from "../protocol/reply.ts";
import type { Hello } from "../protocol/hello.ts";
import type { ExitMessage } from "../protocol/message.ts";
import type { PayloadOf, ReplyOf } from "../protocol/request.ts";
import type { RequestName } from "../protocol/request_traits.ts";
import { EventQueue } from "./event_queue.ts";
import type { ExecCall, ExecOptions } from "./exec_call.ts";
import { toExecError } from "./exec_lost.ts";
import { wasLeftUndone } from "./left_undone.ts";
import {
  RequestChannel,
  type RequestChannelOptions,
  type RequestOptions,
} from "./request_channel.ts";
import { understood } from "./understood.ts";

export type { ExecOptions } from "./exec_call.ts";

/** What is known once both sides have said hello. */
export interface ClientOptions extends RequestChannelOptions {
  /** Connects to the next daemon, for requests that this one cannot answer any more. */
  readonly renew?: (() => Promise<DaemonClient>) | undefined;
}

/** A subscription: what was true when it began, and every change since. */
export interface EventStream {
  readonly snapshot: EventSnapshot;
  /** Ends when the client is closed, throws when the connection is lost. To be iterated once. */
  readonly events: AsyncIterable<ImpEvent>;
}

/** A connection to the daemon, for any number of requests at a time. */
export class DaemonClient implements AsyncDisposable {
  readonly hello: Hello;
  readonly #renew: ClientOptions["renew"];
  readonly #channel: RequestChannel;
  readonly #subscriptions = new Map<number, EventQueue>();
  #exec: ExecCall | undefined;
  #successor: Promise<DaemonClient> | undefined;

  constructor({ renew, ...options }: ClientOptions) {
    this.hello = options.hello;
    this.#renew = renew;
    this.#channel = new RequestChannel(options, {
      onMessage: (type, message) => this.#receive(type, message),
      onOutput: (stream, bytes) => this.#exec?.write(stream, bytes),
      onEnd: (error, reason) => {
        for (const queue of this.#subscriptions.values()) queue.end(reason);
        this.#exec?.giveUp(error);
      },
    });
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get closed(): Promise<void> {
    return this.#channel.closed;
  }

  /** Why the connection ended; undefined while it is there and when it was closed by us. */
  get closeReason(): unknown {
    return this.#channel.end?.reason;
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
      return await this.#channel.ask(this.#channel.nextId(), { type, payload }, options);
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
  ): Promise<EventStream> {
    const id = this.#channel.nextId();
    // Events may be in the same packet as the answer, so the queue is there before it.
    const queue = new EventQueue();
    this.#subscriptions.set(id, queue);
    const end = () => {
      this.#subscriptions.delete(id);
      queue.end();
    };
    options.signal?.addEventListener("abort", end, { once: true });
    try {
      const snapshot = await this.#channel.ask(id, { type: "subscribe", payload }, options);
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
   * @throws AppError `exec.connection_lost` when its end is not known; the daemon's own; what `output` and `input` throw
   */
  async exec(payload: PayloadOf<"exec">, options: ExecOptions): Promise<ExitMessage> {
    if (payload.stdin) await this.#expectStdin();
    const { ExecCall } = await import("./exec_call.ts");
    const call = this.#exec = new ExecCall(options.output);
    this.#channel.expectOutput();
    const cancel = () => this.#channel.finish(options.signal!.reason);
    options.signal?.addEventListener("abort", cancel, { once: true });
    try {
      const id = this.#channel.nextId();
      const start = this.#channel.ask(id, { type: "exec", payload }, options);
      const failure = await start.then(
        (reply) => this.#passOn(reply, { call, source: options.input }),
        (error) => ({ error }),
      );
      if (failure === undefined) return await call.end;
      const successor = await this.#successorAfter(failure.error, "exec");
      if (successor === undefined) throw failure.error;
      return await successor.exec(payload, options);
    } catch (error) {
      throw toExecError(error);
    } finally {
      options.signal?.removeEventListener("abort", cancel);
      call.giveUp(undefined);
      this.#exec = undefined;
    }
  }

  async #expectStdin(): Promise<void> {
    const { expectCapability } = await import("./expect_capability.ts");
    expectCapability(this.hello, "exec_stdin", "pass a stdin on to a command");
  }

  #passOn(
    { stdin_window: windowBytes }: ReplyOf<"exec">,
    { call, source }: { call: ExecCall; source: AsyncIterable<Uint8Array> | undefined },
  ): undefined {
    if (windowBytes === undefined || source === undefined) return;
    const write = (frame: Uint8Array) => this.#channel.write(frame);
    call.passOn({ source, windowBytes, write }).catch((error) => this.#channel.finish(error));
  }

  /** Ends the connection; open requests fail. Calling it again does nothing. */
  close(): void {
    this.#channel.finish(undefined);
    this.#successor?.then((successor) => successor.close(), () => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed;
  }

  /** Who is to be asked instead, when the daemon has not done what it was asked for, or doing it twice is no harm. */
  #successorAfter(error: unknown, type: RequestName): Promise<DaemonClient> | undefined {
    const renew = this.#renew;
    if (renew === undefined || !wasLeftUndone(error, type)) return undefined;
    const { end } = this.#channel;
    const wasClosedByUs = end !== undefined && end.reason === undefined;
    if (wasClosedByUs) return undefined;
    return this.#successor ??= renew();
  }

  #receive(type: unknown, message: object): boolean {
    if (type !== "event") return this.#exec?.receive(type, message) ?? false;
    const { subscription, event } = understood(readEvent(message));
    this.#subscriptions.get(subscription)?.push(event);
    return true;
  }
}
