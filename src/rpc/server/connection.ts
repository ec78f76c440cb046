import { AppError, toErrorShape } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { BuildInfo } from "../../base/version.ts";
import type { Settings } from "../../config/settings.ts";
import { shutDown } from "../../platform/sockets/accepted_sockets.ts";
import { background, guarded } from "../../platform/guarded.ts";
import { hangUp } from "../../platform/hang_up.ts";
import { encodeControl, type Frame, FrameKind } from "../../protocol/frame.ts";
import type { Hello } from "../../protocol/hello.ts";
import type { RequestMessage } from "../../protocol/message.ts";
import type { Counters } from "../../protocol/snapshot.ts";
import { type Answer, ClientAnswers } from "./client_answers.ts";
import type { ClientBudget, ClientShare } from "./client_budget.ts";
import { IncomingFrames } from "./incoming_frames.ts";
import { expectHello, expectRequest, readMessage } from "./client_message.ts";
import { ClientWork } from "./client_work.ts";
import { Deadline } from "./deadline.ts";
import { ExecStdin } from "./exec_stdin.ts";
import type { ByteConnection } from "./outbox.ts";
import { OutgoingFrames } from "./outgoing_frames.ts";
import { ownHello } from "./own_hello.ts";
import { RequestGate } from "./request_gate.ts";
import { SilenceWatch } from "./silence_watch.ts";

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

/** A client that has ended its half of the stream is asked for, unless it has its answers by then. */
const PROBE_AFTER_MS = 100;

/** One client, from its hello to its end: what it may have, whether it is there, and what it is sent. */
export class Connection {
  /** What the client waits for. */
  readonly work: ClientWork;
  /** What waits for this client, beside what is on its way. */
  readonly share: ClientShare;
  /** Of what runs for it through `exec`. */
  readonly stdin: ExecStdin;
  readonly #socket: ByteConnection;
  readonly #context: ConnectionContext;
  readonly #out: OutgoingFrames;
  readonly #in: IncomingFrames;
  readonly #answers: ClientAnswers;
  readonly #gate: RequestGate;
  readonly #deadline: Deadline;
  readonly #silence: SilenceWatch;
  readonly #closed = new AbortController();
  #hello: Hello | undefined;
  #nextPing = 1;
  #ending: Promise<void> | undefined;

  constructor(socket: ByteConnection, context: ConnectionContext) {
    const { clock, settings, budget } = context;
    this.#socket = socket;
    this.#context = context;
    this.share = budget.open((error, kind) => this.#endGreedy(error, kind));
    this.work = new ClientWork(clock, this.share);
    this.#gate = new RequestGate({ ...context, work: this.work, share: this.share });
    this.#deadline = new Deadline(clock, (what) => this.#missed(what), () => this.close());
    this.#silence = new SilenceWatch({
      clock,
      intervalMs: () => settings().heartbeatIntervalMs,
      isBehind: () => this.#out.isBehind,
      isWorking: () => this.work.isRunning,
      ask: () => this.#ping(),
      giveUp: () => this.close(),
    });
    this.stdin = new ExecStdin({ share: this.share, push: (message) => this.push(message) });
    this.#in = this.#createIncoming();
    this.#out = this.#createOutgoing();
    this.#answers = new ClientAnswers({
      ...context,
      dispatch: (request) => context.dispatch(this, request),
      push: (message) => this.push(message),
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

  /** True when it takes more without hoarding it. */
  get isReady(): boolean {
    return this.#out.isReady;
  }

  /** Serves the client until either side ends it; never rejects. */
  async serve(): Promise<void> {
    this.#out.push(encodeControl(ownHello(this.#context)));
    this.#deadline.set(this.#context.settings().handshakeTimeoutMs, "no hello in time");
    try {
      await this.#in.readAll();
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
    const owed = this.#answers.settled();
    if (owed !== undefined) await owed;
    this.#out.pushLast(encodeControl({ type: "error", error: toErrorShape(error) }));
    await this.#out.drained();
    this.close();
  }

  /** Sends what waits, then closes. */
  async finish(): Promise<void> {
    await this.#out.drained();
    this.close();
  }

  /** Until `work` has settled, silence of the client is no reason to close, nor that it has nothing more to say. */
  keepOpenFor(work: Promise<unknown>): void {
    this.work.add(work, (error) => this.end(error));
  }

  /** Closes now. */
  close(): void {
    if (this.signal.aborted) return;
    this.#deadline.cancel();
    this.#silence.end();
    this.#out.close();
    this.share[Symbol.dispose]();
    this.#closed.abort(new AppError("daemon.connection_lost", "The client is gone"));
    this.work.wake();
    try {
      shutDown(this.#socket);
      hangUp(this.#socket);
    } catch {
      // Closed by the other side in this very moment.
    }
  }

  /** Sends a control message. */
  push(message: unknown): void {
    this.#out.push(encodeControl(message));
  }

  /** Queues an encoded frame. */
  pushFrame(frame: Uint8Array): void {
    this.#out.push(frame);
  }

  /** Sends a chunk of output and waits while the client does not take it: this is what slows a command down. */
  pushOutput(kind: FrameKind, bytes: Uint8Array, hasRoom?: boolean): Promise<void> {
    return this.#out.pushOutput(kind, bytes, hasRoom);
  }

  /** Resolves when nothing waits to be sent any more, or the connection is over. */
  drained(): Promise<void> {
    return this.#out.drained();
  }

  /** Calls `listener` each time everything was sent. */
  onDrained(listener: () => void): Disposable {
    return this.#out.tellDrained(listener);
  }

  #createIncoming(): IncomingFrames {
    const { counters } = this.#context;
    return new IncomingFrames({
      ...this.#context,
      socket: this.#socket,
      deadline: this.#deadline,
      onBytes: (count) => {
        counters.bytes_in += count;
        this.#silence.heard();
      },
      onFrame: (frame) => this.#onFrame(frame),
      onHeld: (bytes) => this.share.hold("frame", bytes),
      isStreaming: () => this.stdin.isOpen,
      isOver: () => this.#ending !== undefined || this.signal.aborted,
    });
  }

  #createOutgoing(): OutgoingFrames {
    const { counters, logger } = this.#context;
    return new OutgoingFrames({
      ...this.#context,
      socket: this.#socket,
      onWritten: (bytes) => counters.bytes_out += bytes,
      onHeld: (bytes) => this.share.hold("replies", bytes),
      onFailed: () => this.close(),
      onFull: () => {
        logger.warn("A client does not read its replies; its connection is closed");
        this.close();
      },
    });
  }

  /**
   * The client has ended its half of the stream: it has died, or has said all it wanted and still listens. The two
   * differ when something is sent.
   */
  async #answerRest(): Promise<void> {
    const probe = guarded("connection.probe", () => this.#ping());
    const cancelProbe = this.#context.clock.schedule(PROBE_AFTER_MS, probe);
    await this.work.finished(this.signal);
    cancelProbe();
    await this.#out.drained();
  }

  #onFrame(frame: Frame): void {
    if (frame.kind === FrameKind.stdin) return this.stdin.receive(frame.body);
    const message = readMessage(frame);
    if (this.#hello === undefined) return this.#onHello(message);
    const request = expectRequest(message);
    if (request !== undefined) this.#onRequest(request, frame.body.length);
  }

  #onHello(message: unknown): void {
    const hello = expectHello(message, this.#context.daemonId);
    this.#context.admit(this);
    this.#hello = hello;
    this.#in.welcome();
    this.#deadline.cancel();
    this.#silence.begin();
  }

  #onRequest(request: RequestMessage, bytes: number): void {
    const { counters } = this.#context;
    counters.requests++;
    this.work.asked();
    const refusal = this.#gate.admit(request, this.#hello!);
    if (refusal === undefined) {
      return this.work.addRequest(
        this.#answers.answer(request),
        bytes,
        (error) => this.end(error),
      );
    }
    counters.rejected_requests++;
    this.push({ id: request.id, ok: false, error: refusal.toShape() });
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
}
