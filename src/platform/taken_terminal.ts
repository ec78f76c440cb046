import { STANDARD_TERMINAL, type TerminalSize } from "../base/terminal_size.ts";
import { openLibc } from "./libc.ts";
import { onSignal } from "./on_signal.ts";
import { RawMode } from "./raw_mode.ts";
import { terminalSize } from "./terminal.ts";
import { ENDING_SIGNALS, onDying, writeNow } from "./terminal_ending.ts";

const STDIN = 0;
/** FIONREAD */
const COUNT_BYTES_LINUX = 0x541Bn;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Our terminal in somebody else's hands: every key comes as it is, nothing is echoed, and what is written reaches the
 * screen unaltered. Given back when disposed of, and when the process dies otherwise, except by KILL.
 */
export class TakenTerminal implements Disposable {
  readonly #disposables: Disposable[] = [];
  #raw: RawMode | undefined = new RawMode();
  #leaving = () => "";
  #onChange = () => {};
  #onEnd = (_exitCode: number) => {};

  private constructor() {}

  /** Takes it over; keys that were typed before are kept. */
  static open(): TakenTerminal {
    const terminal = new TakenTerminal();
    terminal.#listen();
    return terminal;
  }

  size(): TerminalSize {
    return terminalSize() ?? STANDARD_TERMINAL;
  }

  /** What is typed; ends when the terminal has gone. */
  async *keys(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    // Enter came as a newline while the terminal was the shell's.
    let ahead = countTypedAhead();
    for await (const bytes of Deno.stdin.readable) {
      const end = Math.min(ahead, bytes.length);
      for (let at = 0; at < end; at++) if (bytes[at] === NEWLINE) bytes[at] = RETURN;
      ahead -= end;
      yield bytes;
    }
  }

  /** Asks for what is to be written when the terminal is given back. */
  onLeave(leaving: () => string): void {
    this.#leaving = leaving;
  }

  /** Calls back when the size has changed, or may have. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Calls back when the process is asked to end, with the exit code that goes with it. */
  onEnd(listener: (exitCode: number) => void): void {
    this.#onEnd = listener;
  }

  [Symbol.dispose](): void {
    this.#giveBack();
    for (const each of this.#disposables.splice(0)) each[Symbol.dispose]();
  }

  #giveBack(): void {
    if (this.#raw === undefined) return;
    writeNow(this.#leaving());
    this.#raw[Symbol.dispose]();
    this.#raw = undefined;
  }

  #listen(): void {
    this.#disposables.push(
      onSignal("SIGWINCH", () => this.#onChange()),
      onSignal("SIGCONT", () => {
        // The shell had it meanwhile.
        this.#raw?.renew();
        this.#onChange();
      }),
      ...Object.entries(ENDING_SIGNALS).map(([name, exitCode]) =>
        onSignal(name as Deno.Signal, () => this.#onEnd(exitCode))
      ),
      onDying(() => this.#giveBack()),
    );
  }
}

/** To be asked when they have become readable without the end of their line. */
function countTypedAhead(): number {
  if (Deno.build.os !== "linux") return 0;
  const count = new Int32Array(1);
  const isKnown = openLibc().ioctlWithPointer(STDIN, COUNT_BYTES_LINUX, count) === 0;
  return isKnown ? count[0]! : 0;
}
