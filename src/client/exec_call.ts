import { readExit, readStdinTaken } from "../protocol/envelope.ts";
import type { ExitMessage } from "../protocol/message.ts";
import type { ExecInput, ExecInputOptions } from "./exec_input.ts";
import type { RequestOptions } from "./request_channel.ts";
import { understood } from "./understood.ts";

/**
 * Where the output of an exec goes; nothing more is read from the daemon until a write has resolved, and the bytes are
 * only good until then.
 */
export interface ExecOutput {
  write(stream: "stdout" | "stderr", bytes: Uint8Array): Promise<void> | void;
}

/** How an exec is run. */
export interface ExecOptions extends RequestOptions {
  readonly output: ExecOutput;
  /** What the command reads, if the payload says that there is something; read no faster than that. */
  readonly input?: AsyncIterable<Uint8Array> | undefined;
}

/** A command that runs through the daemon, as its client sees it. */
export class ExecCall {
  readonly #output: ExecOutput;
  readonly #end = Promise.withResolvers<ExitMessage>();
  /** Once the daemon has said how much it takes. */
  #input: ExecInput | undefined;
  #isOver = false;

  constructor(output: ExecOutput) {
    this.#output = output;
    // Whether anybody waits for it is decided by the answer to the request.
    this.#end.promise.catch(() => undefined);
  }

  /** Resolves with the end of the command; rejects with what it was given up for. */
  get end(): Promise<ExitMessage> {
    return this.#end.promise;
  }

  /** What the command prints. */
  write(stream: "stdout" | "stderr", bytes: Uint8Array): Promise<void> | void {
    return this.#output.write(stream, bytes);
  }

  /** Takes what the daemon says about it; false for what it has nothing to do with. */
  receive(type: unknown, message: object): boolean {
    if (type === "exit") this.#end.resolve(understood(readExit(message)));
    else if (type === "stdin_closed") this.#input?.close();
    else if (type === "stdin_taken") this.#input?.taken(understood(readStdinTaken(message)).bytes);
    else return false;
    return true;
  }

  /** Passes a stdin on, unless it is over by now. Rejects with what the source throws. */
  async passOn(options: ExecInputOptions): Promise<void> {
    const { ExecInput } = await import("./exec_input.ts");
    if (this.#isOver) return;
    this.#input = new ExecInput(options);
    await this.#input.run();
  }

  /** It is over, or nothing more is heard of it. */
  giveUp(reason: unknown): void {
    this.#isOver = true;
    this.#input?.close();
    this.#end.reject(reason);
  }
}
