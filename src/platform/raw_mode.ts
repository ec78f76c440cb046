import { openLibc } from "./libc.ts";

const STDIN = 0;
/** `struct termios` is smaller everywhere. */
const TERMIOS_BYTES = 256;
const AFTER_OUTPUT = 1;

/**
 * How the line between us and our terminal is set: every byte passes at once and as it is, in both directions, until this
 * is disposed of. Deno's own raw mode is another one: what is written is still altered.
 */
export class RawMode implements Disposable {
  readonly #before = new Uint8Array(TERMIOS_BYTES);
  readonly #raw: Uint8Array<ArrayBuffer>;

  /** What was typed before is kept. */
  constructor() {
    const libc = openLibc();
    libc.tcgetattr(STDIN, this.#before);
    this.#raw = this.#before.slice();
    libc.cfmakeraw(this.#raw);
    this.renew();
  }

  /** Sets it again: others had the terminal meanwhile. */
  renew(): void {
    openLibc().tcsetattr(STDIN, AFTER_OUTPUT, this.#raw);
  }

  /** As it was before. */
  [Symbol.dispose](): void {
    openLibc().tcsetattr(STDIN, AFTER_OUTPUT, this.#before);
  }
}
