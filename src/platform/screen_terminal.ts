import process from "node:process";
import { delay } from "../base/clock.ts";
import { STANDARD_TERMINAL, type TerminalSize } from "../base/terminal_size.ts";
import { RawMode } from "./raw_mode.ts";
import { systemClock } from "./system_clock.ts";
import { terminalSize } from "./terminal.ts";
import { ENDING_SIGNALS, onDying, writeNow } from "./terminal_ending.ts";

/** Alternate screen, no cursor, no automatic wrapping (a row that is wider than we think stays one row), pastes marked. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J";
/** The same taken back, and an end to colours and to an update that was cut off. */
const LEAVE = "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l";
/** Presses and wheel, in the one encoding that reaches every column. */
const MOUSE_ON = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF = "\x1b[?1006l\x1b[?1000l";

/** How long a terminal may take for the last frame. */
const LAST_WRITE_MS = 200;
const encoder = new TextEncoder();

/** Our terminal as a screen: see TuiTerminal in tui/. Given back when disposed of, and when the process dies otherwise. */
export class ScreenTerminal implements AsyncDisposable {
  readonly bytes: AsyncIterable<Uint8Array> = Deno.stdin.readable;
  #isOpen = false;
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

  #enter(): void {
    if (this.#isOpen) return;
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
      this.#onSignal(name as keyof typeof ENDING_SIGNALS, () => this.#onEnd(exitCode));
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
