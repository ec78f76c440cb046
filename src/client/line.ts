import { AppError } from "../base/app_error.ts";
import { within } from "../base/clock.ts";
import { unlessAborted } from "../base/unless_aborted.ts";
import { isObject, readErrorMessage, readExit, readReply } from "../protocol/envelope.ts";
import { decodeControl, encodeControl, type Frame, FrameKind } from "../protocol/frame.ts";
import type { Hello } from "../protocol/hello.ts";
import type { ExitMessage } from "../protocol/message.ts";
import type { PayloadOf, ReplyOf } from "../protocol/request.ts";
import type { RequestName } from "../protocol/request_traits.ts";
import type { ConnectOptions } from "./connect_options.ts";
import type { ExecOptions, ExecOutput } from "./exec_call.ts";
import { connectionLost, MAX_REPLY_BYTES } from "./frame_channel.ts";
import { type Greeting, greetUsable } from "./greet.ts";
import { HEARTBEAT_INTERVAL_MS, MOST_MISSED } from "./silence.ts";
import { understood } from "./understood.ts";

/** A command that reads nothing from us. */
type LineExecOptions = Omit<ExecOptions, "input">;

/** What asks a daemon one thing after the other: a line, or a `DaemonClient`, which can do more. */
export interface Asking extends AsyncDisposable {
  readonly hello: Hello;
  /** Resolves with the daemon's answer. @throws AppError the daemon's own, or `daemon.connection_lost` */
  request<Name extends RequestName>(
    type: Name,
    payload: PayloadOf<Name>,
  ): Promise<ReplyOf<Name>>;
  /** Runs a command and resolves with its end. @throws AppError `exec.connection_lost`; what `output` throws */
  exec(payload: PayloadOf<"exec">, options: LineExecOptions): Promise<ExitMessage>;
}

/** Connects the long way: with locks, takeover and the start of a daemon. */
type Otherwise = () => Promise<Asking>;

interface LineOptions {
  readonly heartbeatIntervalMs?: number;
  readonly otherwise?: Otherwise | undefined;
}

/**
 * A line to the daemon if it is there and will do as it is: else, and for what it leaves undone when it goes, what
 * `otherwise` connects.
 * @throws AppError as `greetUsable` and `otherwise` do
 */
export async function openLine(options: ConnectOptions, otherwise: Otherwise): Promise<Asking> {
  const found = await lookForLine(options, otherwise);
  return typeof found === "object" ? found : await otherwise();
}

/** The line alone; tells a daemon that is older than us from none. @throws AppError as `greetUsable` does */
export async function lookForLine(
  options: ConnectOptions,
  otherwise?: Otherwise,
): Promise<Asking | "older" | undefined> {
  const found = await greetUsable(options);
  return typeof found === "object" ? new DaemonLine(found, { ...options, otherwise }) : found;
}

/**
 * A connection for a call that asks a thing or two and ends: one question at a time, read by who waits for the answer.
 * No events, and no stdin for a command. Where nothing comes it asks for signs of life, as a `DaemonClient` does.
 */
class DaemonLine implements Asking {
  readonly hello: Hello;
  readonly #greeting: Greeting;
  readonly #options: LineOptions;
  #lastId = 0;
  #successor: Promise<Asking> | undefined;

  constructor(greeting: Greeting, options: LineOptions) {
    this.hello = greeting.hello;
    this.#greeting = greeting;
    this.#options = options;
    greeting.channel.maxFrameBytes = MAX_REPLY_BYTES;
  }

  async request<Name extends RequestName>(
    type: Name,
    payload: PayloadOf<Name>,
  ): Promise<ReplyOf<Name>> {
    if (this.#successor !== undefined) return await (await this.#successor).request(type, payload);
    try {
      return await this.#ask(type, payload) as ReplyOf<Name>;
    } catch (error) {
      return await (await this.#successorAfter(error, type)).request(type, payload);
    }
  }

  async exec(payload: PayloadOf<"exec">, options: LineExecOptions): Promise<ExitMessage> {
    const { signal } = options;
    const running = this.#run(payload, options);
    try {
      return await (signal === undefined ? running : unlessAborted(running, signal));
    } catch (error) {
      // What cancels the command is that its client is gone.
      if (signal?.aborted) this.close();
      const { toExecError } = await import("./exec_lost.ts");
      throw toExecError(error);
    }
  }

  /** Ends the connection. Calling it again does nothing. */
  close(): void {
    this.#greeting.channel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await (await this.#successor?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async #run(payload: PayloadOf<"exec">, options: LineExecOptions): Promise<ExitMessage> {
    this.#greeting.channel.expectOutput();
    try {
      await this.#ask("exec", payload, options.output);
    } catch (error) {
      return await (await this.#successorAfter(error, "exec")).exec(payload, options);
    }
    for (;;) {
      const message = await this.#receive(options.output);
      if (message.type === "exit") return understood(readExit(message));
    }
  }

  async #ask(type: RequestName, payload: unknown, output?: ExecOutput): Promise<unknown> {
    const id = this.#send(type, payload);
    for (;;) {
      const message = await this.#receive(output);
      if (!("ok" in message)) continue;
      const reply = understood(readReply(message));
      if (reply.id !== id) continue;
      if (reply.ok) return reply.data;
      throw AppError.fromShape(reply.error);
    }
  }

  #send(type: RequestName, payload: unknown): number {
    const id = ++this.#lastId;
    this.#write(encodeControl({ id, type, payload }));
    return id;
  }

  /** A daemon that refuses us says why before it hangs up: what could not be written is found out by reading. */
  #write(frame: Uint8Array): void {
    this.#greeting.channel.write(frame).catch(() => undefined);
  }

  /** The next message for us; output goes where it belongs on the way. @throws AppError the daemon's last words */
  async #receive(output: ExecOutput | undefined): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const { kind, body } = await this.#read();
      if (kind === FrameKind.stdout) await output?.write("stdout", body);
      else if (kind === FrameKind.stderr) await output?.write("stderr", body);
      else {
        const decoded = decodeControl(body);
        const message = understood(isObject(decoded) ? decoded : undefined);
        if (message.type === "error") {
          throw AppError.fromShape(understood(readErrorMessage(message)).error);
        }
        const isForUs = "ok" in message || message.type === "exit" || !("id" in message);
        if (isForUs) return message;
        // Once in a long while.
        const { answerDaemon } = await import("./answer_daemon.ts");
        this.#write(answerDaemon(message, this.#greeting.ownHello));
      }
    }
  }

  /** The next frame. @throws AppError `daemon.connection_lost`, `daemon.not_answering` */
  async #read(): Promise<Frame> {
    const { channel, clock } = this.#greeting;
    const { heartbeatIntervalMs = HEARTBEAT_INTERVAL_MS } = this.#options;
    const reading = channel.read();
    for (let missed = 0;; missed++) {
      const frame = await within(clock, heartbeatIntervalMs, reading);
      if (frame === undefined) throw connectionLost();
      if (frame !== "late") return frame;
      if (missed === MOST_MISSED) break;
      this.#send("ping", {});
    }
    reading.catch(() => undefined);
    // Not needed by a call that goes well.
    const { notAnswering } = await import("./not_answering.ts");
    throw notAnswering(this.hello.pid);
  }

  /** Who is to be asked instead. @throws the error where nobody is */
  async #successorAfter(error: unknown, type: RequestName): Promise<Asking> {
    const { otherwise } = this.#options;
    const { wasLeftUndone } = await import("./left_undone.ts");
    if (otherwise === undefined || !wasLeftUndone(error, type)) throw error;
    this.close();
    return await (this.#successor ??= otherwise());
  }
}
