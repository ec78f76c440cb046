import { AppError } from "../../base/app_error.ts";
import { Wakeup } from "../../base/wakeup.ts";
import { FrameKind } from "../../protocol/frame.ts";
import type { ClientShare } from "./client_budget.ts";

/** What a client may have sent of its stdin that its command has not taken. */
export const STDIN_WINDOW_BYTES = 256 * 1024;

/** What a stdin needs of its connection. */
export interface ExecStdinOptions {
  readonly share: ClientShare;
  /** Tells the client something. */
  readonly push: (message: unknown) => void;
}

/** The stdin of the exec on a connection, as the client sends it in frames and the command takes it. */
export class ExecStdin {
  readonly #options: ExecStdinOptions;
  readonly #onChange = new Wakeup();
  #state: "none" | "open" | "ended" | "closed" = "none";
  /** Two, in turns: one fills while the command takes the other. */
  #buffer = new Uint8Array();
  #other = new Uint8Array();
  #filled = 0;
  /** Sent, and not taken by the command. */
  #outstanding = 0;

  constructor(options: ExecStdinOptions) {
    this.#options = options;
  }

  /**
   * From now on the client's bytes for a stdin come out here, to the end that the client tells: when it is gone they
   * never end, so that nobody takes a part for the whole. Each is only good until the next is asked for, by which the
   * client may send more.
   * @throws AppError `exec.stdin_taken`
   */
  open(): AsyncIterable<Uint8Array> {
    if (this.#state !== "none") {
      throw new AppError("exec.stdin_taken", "Another command of this connection has its stdin", {
        hint: "Open a connection for each command with a stdin",
      });
    }
    this.#state = "open";
    this.#buffer = new Uint8Array(STDIN_WINDOW_BYTES);
    this.#other = new Uint8Array(STDIN_WINDOW_BYTES);
    return this.#takeAll();
  }

  /** True while the client may send. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Nobody takes more of it: the client is told, and what comes all the same is thrown away. */
  close(): void {
    if (this.#state === "open") this.#options.push({ type: "stdin_closed" });
    if (this.#state !== "none") this.#state = "closed";
    this.#hold(0);
    this.#onChange.notify();
  }

  /**
   * Takes a frame of the client's stdin, or a part of one; an empty one is its end.
   * @throws AppError `protocol.*`
   */
  receive(body: Uint8Array): void {
    if (this.#state === "closed") return;
    if (this.#state !== "open") throw belongsNowhere();
    if (body.length === 0) this.#state = "ended";
    else if (this.#outstanding + body.length > STDIN_WINDOW_BYTES) throw overflow();
    this.#buffer.set(body, this.#filled);
    this.#filled += body.length;
    this.#hold(this.#outstanding + body.length);
    this.#onChange.notify();
  }

  async *#takeAll(): AsyncGenerator<Uint8Array> {
    try {
      while (this.#state !== "closed") {
        if (this.#filled > 0) {
          const bytes = this.#swap();
          yield bytes;
          this.#taken(bytes.length);
        } else if (this.#state === "ended") return;
        else await this.#onChange.wait();
      }
    } finally {
      this.close();
    }
  }

  #swap(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#filled);
    [this.#buffer, this.#other] = [this.#other, this.#buffer];
    this.#filled = 0;
    return bytes;
  }

  #taken(bytes: number): void {
    this.#hold(Math.max(0, this.#outstanding - bytes));
    if (this.#state === "open") this.#options.push({ type: "stdin_taken", bytes });
  }

  #hold(bytes: number): void {
    this.#outstanding = bytes;
    this.#options.share.hold("stdin", bytes);
  }
}

function belongsNowhere(): AppError {
  return new AppError(
    "protocol.unexpected_frame",
    `A frame of kind ${FrameKind.stdin} belongs to no request, or comes after the end of its stdin`,
  );
}

function overflow(): AppError {
  return new AppError(
    "protocol.stdin_overflow",
    `More than ${STDIN_WINDOW_BYTES} bytes were sent of a stdin that the command has not taken`,
    { hint: "Wait for stdin_taken before more is sent" },
  );
}
