import { AppError, messageOf, toErrorShape } from "../base/app_error.ts";
import { type Clock, delay } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { BuildInfo } from "../base/version.ts";
import type { Settings } from "../config/settings.ts";
import { shutDown } from "../platform/accepted_sockets.ts";
import { background, guarded } from "../platform/guarded.ts";
import { hangUp } from "../platform/hang_up.ts";
import {
  decodeControl,
  encodeControl,
  encodeFrame,
  type Frame,
  FrameDecoder,
  FrameKind,
} from "../protocol/frame.ts";
import { Hello } from "../protocol/hello.ts";
import { ReplyMessage, RequestMessage } from "../protocol/message.ts";
import { traitsOf } from "../protocol/request_traits.ts";
import type { Counters } from "../protocol/snapshot.ts";
import type { ClientBudget, ClientShare } from "./client_budget.ts";
import { ClientWork } from "./client_work.ts";
import { Deadline } from "./deadline.ts";
import { type ByteConnection, Outbox } from "./outbox.ts";
import { ownHello } from "./own_hello.ts";
import { RequestGate } from "./request_gate.ts";
import { SilenceWatch } from "./silence_watch.ts";

/** A reply's data, and what follows it. */
export interface Answer {
  readonly data: unknown;
  readonly afterReply: readonly (() => void)[];
}

/** What every connection shares. */
export interface ConnectionContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: () => Settings;
  readonly counters: Counters;
  readonly daemonId: string;
  readonly pid: number;
  readonly build: BuildInfo;
  readonly capabilities: readonly string[];
  /** What all clients may have together. */
  readonly budget: ClientBudget;
  /** Gives a client that has said hello a place among the others. @throws AppError `limit.connections` */
  readonly admit: (connection: Connection) => void;
  /** Whether one more client may wait or follow, so that some places stay for those that come and go. */
  readonly refuseFollower: () => AppError | undefined;
  /** Where the state is kept that it works on. */
  readonly stateDir?: string;
  /** Answers a request; what it throws becomes the error of the reply. */
  readonly dispatch: (connection: Connection, request: RequestMessage) => Promise<Answer>;
  /** Resolves when the reply may go out, undefined when it may at once; asked when the request is done. */
  readonly mayReply: (request: RequestMessage) => Promise<void> | undefined;
}

const READ_BUFFER_BYTES = 16 * 1024;
const FRAMES_A_TURN = 32;
/** Enough for a hello, for as long as nobody knows who it is. */
const FIRST_READ_BYTES = 1_024;
/** Below this, a subscriber's connection takes more events. */
const READY_BELOW_BYTES = 64 * 1024;
/** A peer that sends requests and never reads the replies: two frames' worth may wait, and a queue of events. */
const MOST_PENDING_FRAMES = 4;
/** A client that has ended its half of the stream is asked for, unless it has its answers by then. */
const PROBE_AFTER_MS = 100;

/** One client: handshake, limits, heartbeat, and the way from frames to requests and back. */
export class Connection {
  readonly #socket: ByteConnection;
  readonly #context: ConnectionContext;
  readonly #outbox: Outbox;
  readonly #decoder = new FrameDecoder();
  readonly #gate: RequestGate;
  readonly #share: ClientShare;
  readonly #deadline: Deadline;
  readonly #silence: SilenceWatch;
  readonly #closed = new AbortController();
  readonly #onDrained = new Set<() => void>();
  #hello: Hello | undefined;
  readonly #spares = new Map<FrameKind, Uint8Array<ArrayBuffer>>();
  readonly #work: ClientWork;
  #nextPing = 1;
  /** Replies to what is done, and only not yet on the disk. */
  readonly #replies = new Set<Promise<void>>();
  #ending: Promise<void> | undefined;
  #hasSaidWhy = false;

  constructor(socket: ByteConnection, context: ConnectionContext) {
    const { clock, settings, counters, budget } = context;
    this.#socket = socket;
    this.#context = context;
    this.#gate = new RequestGate(context);
    this.#share = budget.open((error, kind) => this.#endGreedy(error, kind));
    this.#work = new ClientWork(clock, this.#share);
    this.#deadline = new Deadline(clock, (what) => this.#missed(what), () => this.close());
    this.#silence = new SilenceWatch({
      clock,
      intervalMs: () => settings().heartbeatIntervalMs,
      isBehind: () => this.#outbox.pendingBytes > 0,
      isWorking: () => this.#work.isRunning,
      ask: () => this.#ping(),
      giveUp: () => this.close(),
    });
    this.#outbox = new Outbox(socket, {
      onDrained: () => this.#drained(),
      onFailed: () => this.close(),
      onWritten: (bytes) => {
        counters.bytes_out += bytes;
        this.#share.hold("replies", this.#outbox.heldBytes);
      },
    });
  }

  /** Aborted when the connection is over, whoever ended it. */
  get signal(): AbortSignal {
    return this.#closed.signal;
  }

  /** What the client said of itself; undefined before the handshake. */
  get peer(): Hello | undefined {
    return this.#hello;
  }

  /** What the client waits for. */
  get work(): ClientWork {
    return this.#work;
  }

  /** What waits for this client, beside what is on its way. */
  get share(): ClientShare {
    return this.#share;
  }

  /** True when it takes more without hoarding it. */
  get isReady(): boolean {
    return this.#outbox.pendingBytes < READY_BELOW_BYTES;
  }

  /** Serves the client until either side ends it; never rejects. */
  async serve(): Promise<void> {
    this.#send(encodeControl(ownHello(this.#context)));
    this.#deadline.set(this.#context.settings().handshakeTimeoutMs, "no hello in time");
    try {
      await this.#readAll();
      if (this.#ending === undefined) await this.#answerRest();
    } catch (error) {
      await this.end(error);
    } finally {
      await this.#ending;
      this.close();
    }
  }

  /** Tells the client why, then closes. Asked again, it is the first reason that counts. */
  end(error: unknown): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    this.#ending ??= this.#end(error);
    return this.#ending;
  }

  async #end(error: unknown): Promise<void> {
    this.#deadline.set(this.#context.settings().handshakeTimeoutMs, "last words not read");
    // A client takes what is not answered for not done, and asks the next daemon: what is done is answered first.
    if (this.#replies.size > 0) await Promise.allSettled(this.#replies);
    this.#hasSaidWhy = true;
    this.#outbox.push(encodeControl({ type: "error", error: toErrorShape(error) }));
    await this.#outbox.drained();
    this.close();
  }

  /** Sends what waits, then closes. */
  async finish(): Promise<void> {
    await this.#outbox.drained();
    this.close();
  }

  /** Until `work` has settled, silence of the client is no reason to close, nor that it has nothing more to say. */
  keepOpenFor(work: Promise<unknown>): void {
    this.#work.add(work, (error) => this.end(error));
  }

  /** Closes now. */
  close(): void {
    if (this.signal.aborted) return;
    this.#deadline.cancel();
    this.#silence.end();
    this.#outbox.close();
    this.#share[Symbol.dispose]();
    this.#closed.abort(new AppError("daemon.connection_lost", "The client is gone"));
    this.#work.wake();
    try {
      shutDown(this.#socket);
      hangUp(this.#socket);
    } catch {
      // Closed by the other side in this very moment.
    }
  }

  /** Sends a control message. */
  push(message: unknown): void {
    this.#send(encodeControl(message));
  }

  /** Queues an encoded frame. */
  pushFrame(frame: Uint8Array): void {
    this.#send(frame);
  }

  /** Sends a chunk of output and waits while the client does not take it: this is what slows a command down. */
  async pushOutput(kind: FrameKind, bytes: Uint8Array): Promise<void> {
    // One buffer for each stream, used again and again: garbage would be most of the daemon's memory.
    const spare = this.#spares.get(kind);
    this.#spares.delete(kind);
    const frame = encodeFrame(kind, bytes, spare);
    this.#send(frame);
    await this.drained();
    this.#spares.set(kind, new Uint8Array(frame.buffer));
  }

  /** Resolves when nothing waits to be sent any more, or the connection is over. */
  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  /** Calls `listener` each time everything was sent. */
  onDrained(listener: () => void): Disposable {
    this.#onDrained.add(listener);
    return { [Symbol.dispose]: () => void this.#onDrained.delete(listener) };
  }

  async #readAll(): Promise<void> {
    const { counters } = this.#context;
    let buffer = new Uint8Array(FIRST_READ_BYTES);
    let frames = 0;
    while (true) {
      if (this.#hello !== undefined && buffer.length < READ_BUFFER_BYTES) {
        buffer = new Uint8Array(READ_BUFFER_BYTES);
      }
      const count = await this.#socket.read(buffer).catch(() => null);
      if (count === null || this.signal.aborted || this.#ending !== undefined) return;
      counters.bytes_in += count;
      this.#silence.heard();
      let isNew = this.#decoder.isAtBoundary;
      for (const frame of this.#decoder.push(buffer.subarray(0, count))) {
        isNew = true;
        this.#onFrame(frame);
        // What is there is read without a turn of the event loop: nobody else would be heard meanwhile.
        if (++frames % FRAMES_A_TURN === 0) await delay(this.#context.clock, 0);
        if (this.#ending !== undefined || this.signal.aborted) return;
      }
      this.#share.hold("frame", this.#decoder.heldBytes);
      this.#watchPartialFrame(isNew);
    }
  }

  /**
   * The client has ended its half of the stream: it has died, or has said all it wanted and still listens. The two
   * differ when something is sent.
   */
  async #answerRest(): Promise<void> {
    const probe = guarded("connection.probe", () => this.#ping());
    const cancelProbe = this.#context.clock.schedule(PROBE_AFTER_MS, probe);
    await this.#work.finished(this.signal);
    cancelProbe();
    await this.#outbox.drained();
  }

  /** A frame that was begun must be ended in time, however many bytes trickle in meanwhile. */
  #watchPartialFrame(isNew: boolean): void {
    if (this.#hello === undefined) return;
    if (this.#decoder.isAtBoundary) this.#deadline.cancel();
    else if (isNew) {
      this.#deadline.set(this.#context.settings().frameTimeoutMs, "a frame was not ended in time");
    }
  }

  #onFrame(frame: Frame): void {
    if (frame.kind !== FrameKind.control) {
      throw new AppError(
        "protocol.unexpected_frame",
        `A frame of kind ${frame.kind} belongs to no request`,
      );
    }
    const message = decodeControl(frame.body);
    if (this.#hello === undefined) return this.#onHello(message);
    const request = RequestMessage.safeParse(message);
    if (request.success) return this.#onRequest(request.data, frame.body.length);
    if (!ReplyMessage.safeParse(message).success) {
      throw new AppError("protocol.malformed", "A control frame is neither a request nor a reply");
    }
  }

  #onHello(message: unknown): void {
    const parsed = Hello.safeParse(message);
    if (!parsed.success) throw new AppError("protocol.malformed", "The first frame is no hello");
    if (parsed.data.daemon_id !== this.#context.daemonId) {
      throw new AppError(
        "protocol.wrong_daemon",
        `This is daemon "${this.#context.daemonId}", not ${JSON.stringify(parsed.data.daemon_id)}`,
      );
    }
    this.#context.admit(this);
    this.#hello = parsed.data;
    this.#decoder.maxBytes = this.#context.settings().maxFrameBytes;
    this.#deadline.cancel();
    this.#silence.begin();
  }

  #onRequest(request: RequestMessage, bytes: number): void {
    const { counters } = this.#context;
    counters.requests++;
    this.#work.asked();
    const refusal = this.#refusal(request);
    if (refusal === undefined) {
      return this.#work.addRequest(this.#answer(request), bytes, (error) => this.end(error));
    }
    counters.rejected_requests++;
    this.push({ id: request.id, ok: false, error: refusal.toShape() });
  }

  #refusal(request: RequestMessage): AppError | undefined {
    const refusal = this.#gate.refusal(request, this.#hello!, this.#work.requests);
    if (refusal !== undefined) return refusal;
    const beginsToWait = !this.#work.isWaiting && traitsOf(request.type)?.nature === "follows";
    const noPlace = beginsToWait ? this.#context.refuseFollower() : undefined;
    if (noPlace !== undefined) return noPlace;
    return this.#share.tryAddRequest() ? undefined : this.#share.refusal("requests");
  }

  /** Never rejects. */
  async #answer(request: RequestMessage): Promise<void> {
    const sendReply = await this.#handle(request);
    const allowed = this.#context.mayReply(request);
    if (allowed === undefined) return sendReply();
    const reply = allowed.then(sendReply);
    this.#replies.add(reply);
    try {
      await reply;
    } finally {
      this.#replies.delete(reply);
    }
  }

  /** Does what is asked for; what it returns tells the client, and does what follows that. */
  async #handle(request: RequestMessage): Promise<() => void> {
    const { id, type } = request;
    try {
      const { data, afterReply } = await this.#context.dispatch(this, request);
      return () => {
        this.push({ id, ok: true, data });
        afterReply.forEach((action) => action());
      };
    } catch (error) {
      if (!(error instanceof AppError)) {
        const message = messageOf(error);
        this.#context.logger.error("A request hit a bug", { request: type, error: message });
      }
      return () => this.push({ id, ok: false, error: toErrorShape(error) });
    }
  }

  #send(frame: Uint8Array): void {
    if (this.signal.aborted || this.#hasSaidWhy) return;
    const { maxFrameBytes, queueBytes } = this.#context.settings();
    // What waited before counts: a single answer may be larger than all that.
    if (this.#outbox.pendingBytes > MOST_PENDING_FRAMES * maxFrameBytes + queueBytes) {
      this.#context.logger.warn("A client does not read its replies; its connection is closed");
      return this.close();
    }
    this.#outbox.push(frame);
    this.#share.hold("replies", this.#outbox.heldBytes);
  }

  async #missed(what: string): Promise<void> {
    if (this.#ending !== undefined) return this.close();
    await this.end(new AppError("limit.deadline", `The connection is closed: ${what}`));
  }

  #ping(): void {
    this.push({ id: this.#nextPing++, type: "ping", payload: {} });
  }

  /** Who does not read would not read why, either, and keeps what waits for it until then. */
  #endGreedy(error: AppError, kind: "requests" | "bytes"): void {
    this.#context.logger.warn("A client has too much of the daemon; its connection is closed", {
      why: error.message,
    });
    if (kind === "bytes") this.close();
    else background("connection.greedy", () => this.end(error), () => this.close());
  }

  #drained(): void {
    for (const listener of [...this.#onDrained]) listener();
  }
}
