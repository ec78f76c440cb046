import process from "node:process";
import { delay } from "../base/clock.ts";
import { STANDARD_TERMINAL, type TerminalSize } from "../base/terminal_size.ts";
import { openLibc } from "./libc.ts";
import { RawMode } from "./raw_mode.ts";
import { systemClock } from "./system_clock.ts";
import { terminalSize } from "./terminal.ts";
import { ENDING_SIGNALS, onDying, writeNow } from "./terminal_ending.ts";

/** Alternate screen, no cursor, no automatic wrapping (a row that is wider than we think stays one row), pastes marked. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J";
/** The same taken back, and an end to colours and to an update that was cut off. */
const LEAVE = "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l";
/** Presses, wheel and what is dragged, in the one encoding that reaches every column. */
const MOUSE_ON = "\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF = "\x1b[?1006l\x1b[?1002l";

/** How long a terminal may take for the last frame. */
const LAST_WRITE_MS = 200;
/** `struct pollfd`, and what it asks for. */
const POLL_ENTRY_BYTES = 8;
const POLL_INPUT = 1;
const IS_LITTLE_ENDIAN = true;
const KEYS_BYTES = 16 * 1024;
const encoder = new TextEncoder();

/** Our terminal as a screen: see TuiTerminal in tui/. Given back when disposed of, and when the process dies otherwise. */
export class ScreenTerminal implements AsyncDisposable {
  readonly bytes: AsyncIterable<Uint8Array> = this.#readBytes();
  #isOpen = false;
  /** Pending while another program has the terminal: what is typed then is for that. */
  #lentOut: PromiseWithResolvers<void> | undefined;
  #hasMouse = true;
  /** Who has the terminal at the moment, and how it leaves it. */
  #guest: { readonly raw: RawMode; readonly leaving: () => string } | undefined;
  #writing: Promise<void> = Promise.resolve();
  #onChange: () => void = () => {};
  #onEnd: (exitCode: number) => void = () => {};
  readonly #over = new AbortController();
  readonly #release = new DisposableStack();

  private constructor() {}

  /** Takes the terminal over. */
  static open(): ScreenTerminal {
    const terminal = new ScreenTerminal();
    terminal.#listen();
    terminal.#enter();
    return terminal;
  }

  size(): TerminalSize {
    return terminalSize() ?? STANDARD_TERMINAL;
  }

  write(data: string | Uint8Array): Promise<void> {
    this.#writing = this.#writing.then(() => writeAll(data));
    return this.#writing;
  }

  setMouse(on: boolean): void {
    this.#hasMouse = on;
    writeNow(on ? MOUSE_ON : MOUSE_OFF);
  }

  suspend(): void {
    this.#leave();
    Deno.kill(Deno.pid, "SIGSTOP");
  }

  async lend(leaving: () => string): Promise<Disposable> {
    await this.#writing;
    writeNow(MOUSE_OFF + LEAVE);
    this.#guest = { raw: new RawMode(), leaving };
    return {
      [Symbol.dispose]: () => {
        this.#endGuest();
        if (this.#isOpen) writeNow(ENTER + (this.#hasMouse ? MOUSE_ON : ""));
      },
    };
  }

  async handOver(): Promise<Disposable> {
    await this.#writing;
    this.#lentOut = Promise.withResolvers();
    this.#leave();
    return {
      [Symbol.dispose]: () => {
        this.#lentOut?.resolve();
        this.#lentOut = undefined;
        this.#enter();
      },
    };
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  onEnd(listener: (exitCode: number) => void): void {
    this.#onEnd = listener;
  }

  /** What is being written is written to its end first: half a frame would be left on the shell's screen. */
  async [Symbol.asyncDispose](): Promise<void> {
    const limit = delay(systemClock, LAST_WRITE_MS, this.#over.signal).catch(() => {});
    await Promise.race([this.#writing.catch(() => {}), limit]);
    this.#over.abort();
    this.#leave();
    this.#release.dispose();
  }

  /** Reads only what is there already: a read that waits would take what is typed into the next program. */
  async *#readBytes(): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = new Uint8Array(POLL_ENTRY_BYTES);
    new DataView(entry.buffer).setInt16(4, POLL_INPUT, IS_LITTLE_ENDIAN);
    const buffer = new Uint8Array(KEYS_BYTES);
    for (;;) {
      await openLibc().pollAside(entry, 1n, -1);
      if (this.#lentOut) {
        await this.#lentOut.promise;
        continue;
      }
      // Of a terminal that has gone nothing can be read.
      const count = await Deno.stdin.read(buffer).catch(() => null);
      if (count === null) return;
      yield buffer.slice(0, count);
    }
  }

  #enter(): void {
    if (this.#isOpen || this.#lentOut || this.#over.signal.aborted) return;
    this.#isOpen = true;
    Deno.stdin.setRaw(true);
    writeNow(ENTER + (this.#hasMouse ? MOUSE_ON : ""));
  }

  #leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#guest) this.#endGuest();
    else writeNow(MOUSE_OFF + LEAVE);
    try {
      Deno.stdin.setRaw(false);
    } catch {
      // The terminal has gone; nobody is there to miss anything.
    }
  }

  #endGuest(): void {
    if (!this.#guest) return;
    writeNow(this.#guest.leaving());
    this.#guest.raw[Symbol.dispose]();
    this.#guest = undefined;
  }

  #listen(): void {
    this.#onSignal("SIGWINCH", () => this.#onChange());
    this.#onSignal("SIGCONT", () => {
      this.#guest?.raw.renew();
      this.#enter();
      this.#onChange();
    });
    for (const [name, exitCode] of Object.entries(ENDING_SIGNALS)) {
      this.#onSignal(name as keyof typeof ENDING_SIGNALS, () => {
        // Ctrl+C in another program is for that, and the terminal tells us, too.
        const isForOther = this.#lentOut !== undefined && (name === "SIGINT" || name === "SIGQUIT");
        if (!isForOther) this.#onEnd(exitCode);
      });
    }
    this.#release.use(onDying(() => this.#leave()));
  }

  /**
   * Through node's process, not through Deno: signal-exit, which ink brings, kills the process at a signal that nobody
   * else listens to, and that is where it looks.
   */
  #onSignal(name: NodeJS.Signals, listener: () => void): void {
    process.on(name, listener);
    this.#release.defer(() => process.off(name, listener));
  }
}

async function writeAll(data: string | Uint8Array): Promise<void> {
  let rest = typeof data === "string" ? encoder.encode(data) : data;
  while (rest.length > 0) rest = rest.subarray(await Deno.stdout.write(rest));
}

/**
 * Imports react and ink as they are made for use: their development builds are slow and keep records of every frame,
 * and ink looks for a debugger when DEV is set. They ask the environment while they are loaded, which jobs get too, so
 * it is as before afterwards.
 */
export async function importForProduction<Module>(load: () => Promise<Module>): Promise<Module> {
  const names = ["NODE_ENV", "DEV"] as const;
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  Deno.env.set("NODE_ENV", "production");
  Deno.env.delete("DEV");
  try {
    return await load();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}
