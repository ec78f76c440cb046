// deno-lint-ignore-file no-control-regex
/** A terminal as the screen of `imp tui` sees it, for tests to type on and to look at. */
import { decodeBase64 } from "@std/encoding/base64";
import type { ScreenSize } from "../../src/tui/layout.ts";
import type { TuiTerminal } from "../../src/tui/tui_terminal.ts";

/** See above. It understands what FramePainter writes, and nothing else. */
export class FakeTerminal implements TuiTerminal {
  readonly bytes: ReadableStream<Uint8Array>;
  /** What was asked of it beside writing, in order. */
  readonly calls: string[] = [];
  /** How many times something was written. */
  frames = 0;
  /** What was copied last. */
  clipboard = "";
  #rows: string[] = [];
  #size: ScreenSize;
  #onChange = () => {};
  #onEnd = (_exitCode: number) => {};
  readonly #keys: ReadableStreamDefaultController<Uint8Array>;

  constructor(size: ScreenSize = { columns: 80, rows: 24 }) {
    this.#size = size;
    let keys: ReadableStreamDefaultController<Uint8Array> | undefined;
    this.bytes = new ReadableStream<Uint8Array>({
      start: (controller) => void (keys = controller),
    });
    this.#keys = keys!;
  }

  /** What is to be seen, without colours. */
  get screen(): string {
    return this.#rows.map((row) => row.replace(/\x1b\[[\d;]*m/g, "").trimEnd()).join("\n");
  }

  type(text: string): void {
    this.#keys.enqueue(new TextEncoder().encode(text));
  }

  /** The terminal goes away. */
  hangUp(): void {
    this.#keys.close();
  }

  resize(size: ScreenSize): void {
    this.#size = size;
    this.#onChange();
  }

  end(exitCode: number): void {
    this.#onEnd(exitCode);
  }

  size(): ScreenSize {
    return this.#size;
  }

  write(text: string): Promise<void> {
    const copied = /^\x1b\]52;c;([^\x07]*)\x07$/.exec(text)?.[1];
    if (copied !== undefined) {
      this.clipboard = new TextDecoder().decode(decodeBase64(copied));
      return Promise.resolve();
    }
    this.frames++;
    if (text.includes("\x1b[2J")) this.#rows = Array<string>(this.#size.rows).fill("");
    for (
      const [, row, line] of text.matchAll(
        /\x1b\[(\d+);1H\x1b\[0m\x1b\[K([^]*?)(?=\x1b\[\d+;1H|\x1b\[\?|$)/g,
      )
    ) {
      this.#rows[Number(row) - 1] = line!;
    }
    return Promise.resolve();
  }

  setMouse(on: boolean): void {
    this.calls.push(`mouse ${on}`);
  }

  suspend(): void {
    this.calls.push("suspend");
  }

  lend(leaving: () => string): Promise<Disposable> {
    this.calls.push("lend");
    return Promise.resolve({
      [Symbol.dispose]: () => void this.calls.push(`take back after ${leaving()}`),
    });
  }

  handOver(): Promise<Disposable> {
    this.calls.push("hand over");
    return Promise.resolve({ [Symbol.dispose]: () => void this.calls.push("take back") });
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  onEnd(listener: (exitCode: number) => void): void {
    this.#onEnd = listener;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
