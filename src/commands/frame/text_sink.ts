import type { OutputStream } from "./command.ts";

/** Keeps what commands print. */
export class TextSink implements OutputStream {
  readonly isTerminal = false;
  readonly columns = 80;
  readonly rows = 24;
  readonly #decoder = new TextDecoder();
  #text = "";

  write(data: string | Uint8Array): Promise<void> {
    this.#text += typeof data === "string" ? data : this.#decoder.decode(data, { stream: true });
    return Promise.resolve();
  }

  take(): string {
    const text = this.#text.replace(/\n$/, "");
    this.#text = "";
    return text;
  }
}
